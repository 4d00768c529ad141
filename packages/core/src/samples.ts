import type { Preprocessing } from './preprocessing.ts'

/** Images that stay in a file, because they are larger than the memory that they may take. A file that changes is an error. */
export interface StoredImages {
  readonly count: number
  /** Bytes of one image. */
  readonly size: number
  /** Bytes of images that may be in memory at once. */
  readonly memory: number
  /** Reads the images from … to (exclusive), shape [to − from, height, width, channels]. It blocks: for few images. */
  read(from: number, to: number): Uint8Array
  /** Reads the images at `indices`, in that order. */
  gather(indices: Uint32Array): Promise<Uint8Array>
  /** The images at `indices`, in that order, without reading them. */
  select(indices: ArrayLike<number>): StoredImages
}

/** Labelled images with one byte for each value, as in a file. JavaScript never converts them to floats. */
export interface LabelledImages {
  readonly kind: 'images'
  /** Row-major, shape [count, height, width, channels]; 0 to 255. Empty if the images are `stored`. */
  readonly images: Uint8Array
  /** Of data that were loaded with `memory` and take more. */
  readonly stored?: StoredImages
  /** Class indices, shape [count]. */
  readonly labels: Int32Array
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Samples of numbers, with one or more numbers to predict for each. */
export interface Table {
  readonly kind: 'table'
  /** Row-major, shape [count, width]. */
  readonly features: Float32Array
  /** Row-major, shape [count, outputs]. */
  readonly targets: Float32Array
  readonly count: number
  readonly width: number
  readonly outputs: number
}

export type Samples = LabelledImages | Table

/** The origin of a data set. */
export interface DataSource {
  readonly kind: 'folder' | 'archive' | 'file' | 'cache' | 'system' | 'download' | 'sample' | 'memory'
  /** A path or URL; absent for data from memory. */
  readonly location?: string
  /** SHA-256 (hex) of each decompressed file, by name. */
  readonly sha256: Readonly<Record<string, string>>
}

/** Something that people should know about a data set: what was decided, left out, or looks wrong. */
export interface DataFinding {
  /** Stable, such as `DATASET_UNREADABLE_IMAGES`. */
  readonly code: string
  /** A `note` tells of a decision; a `warning` of something that may be a mistake. */
  readonly level: 'note' | 'warning'
  /** Whole sentences. */
  readonly message: string
  /** The files concerned, each with a reason where there is one; at most 100. */
  readonly files?: readonly { readonly name: string; readonly reason?: string }[]
}

export interface ImageDataset {
  readonly name: string
  readonly train: LabelledImages
  readonly test: LabelledImages
  /** Of data that have a part for validation besides training and test. */
  readonly validation?: LabelledImages
  readonly classNames: readonly string[]
  readonly source: DataSource
  /** How the images were prepared, and how others are to be; absent if that follows from the network's input. */
  readonly preprocessing?: Preprocessing
  readonly findings?: readonly DataFinding[]
  /** The sizes of the image files in pixels, as `64 × 48`, with their number; the most frequent first, at most 100. */
  readonly sizes?: readonly (readonly [size: string, count: number])[]
}

export interface TableDataset {
  readonly name: string
  readonly train: Table
  readonly test: Table
  readonly featureNames: readonly string[]
  readonly targetNames: readonly string[]
  readonly source: DataSource
}

export type Dataset = ImageDataset | TableDataset
