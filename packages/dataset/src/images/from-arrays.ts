import { type ImageDataset, type LabelledImages, TreadleError } from '@treadle/core'
import { digestSamples } from '../digests.ts'
import { checkLabels } from '../labelled-images.ts'
import { type SplitOptions, splitSamples } from '../split.ts'

/** Images and their labels in memory. */
export interface ImageArrays {
  /** Values 0 to 255: all images in one array of shape [count, height, width, channels], or one array an image. */
  readonly images: Uint8Array | Uint8ClampedArray | readonly ArrayLike<number>[]
  /** Class indices, shape [count]. */
  readonly labels: ArrayLike<number>
}

export interface ImageArraysOptions {
  readonly train: ImageArrays
  /** Without it, `split` of the training images is held back. */
  readonly test?: ImageArrays | undefined
  /** Default: a fifth, seed 0. */
  readonly split?: SplitOptions | undefined
  readonly height: number
  readonly width: number
  /** Default 1. */
  readonly channels?: number | undefined
  /** Default: the labels themselves, 0 to the largest that occurs. */
  readonly classNames?: readonly string[] | undefined
  /** Default `'images'`. */
  readonly name?: string | undefined
}

/**
 * Makes a data set of images in memory. A single `Uint8Array` is taken as it is, not copied.
 *
 * @throws TreadleError `DATASET_BAD_SHAPE`, `DATASET_BAD_VALUE`, `DATASET_BAD_LABEL`, `DATASET_COUNT_MISMATCH`, `DATASET_BAD_OPTION`
 * @example
 * const data = imagesFromArrays({ train: { images: pixels, labels: [0, 1, 1] }, height: 28, width: 28 })
 */
export function imagesFromArrays(options: ImageArraysOptions): ImageDataset {
  const { height, width, channels = 1, name = 'images', split = { fraction: 0.2, seed: 0 } } = options
  for (const [option, size] of Object.entries({ height, width, channels })) {
    if (Number.isInteger(size) && size >= 1) continue
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Taking images from arrays: \`${option}\` (=${size}) must be a whole number of at least 1.`,
    )
  }
  const size = { height, width, channels }
  const whole = part('train', options.train, size, options.classNames)
  const { train, test } = options.test
    ? { train: whole, test: part('test', options.test, size, options.classNames) }
    : holdBack(whole, split)
  const classCount = [train, test].reduce(
    (most, { labels }) => labels.reduce((max, label) => Math.max(max, label + 1), most),
    1,
  )
  return {
    name,
    train,
    test,
    classNames: options.classNames ?? Array.from({ length: classCount }, (_, label) => String(label)),
    source: { kind: 'memory', sha256: digestSamples({ train, test }) },
  }
}

/** A split whose held-back part is the test set. */
export function holdBack(
  samples: LabelledImages,
  split: SplitOptions,
): { train: LabelledImages; test: LabelledImages } {
  const { train, validation } = splitSamples(samples, split)
  return { train, test: validation }
}

function part(
  name: string,
  { images, labels }: ImageArrays,
  size: { height: number; width: number; channels: number },
  classNames: readonly string[] | undefined,
): LabelledImages {
  const stride = size.height * size.width * size.channels
  const pixels = isBytes(images) ? oneArray(name, images, stride) : manyArrays(name, images, stride)
  const count = pixels.length / stride
  if (labels.length !== count) {
    throw new TreadleError(
      'DATASET_COUNT_MISMATCH',
      `Taking ${name} images from arrays: there are ${count} images and ${labels.length} labels; there must be one label for each.`,
    )
  }
  const where = `the ${name} labels`
  for (let index = 0; index < count; index++) {
    if (Number.isInteger(labels[index]) && Math.abs(labels[index] as number) < 2 ** 31) continue
    throw new TreadleError(
      'DATASET_BAD_LABEL',
      `Reading ${where}: label ${index} is ${labels[index]}; labels must be whole numbers.`,
    )
  }
  const classes = Int32Array.from(labels)
  checkLabels(where, classes, classNames?.length ?? Number.POSITIVE_INFINITY)
  return { kind: 'images', images: pixels, labels: classes, count, ...size }
}

function isBytes(images: ImageArrays['images']): images is Uint8Array | Uint8ClampedArray {
  return images instanceof Uint8Array || images instanceof Uint8ClampedArray
}

function oneArray(name: string, images: Uint8Array | Uint8ClampedArray, stride: number): Uint8Array {
  if (images.length === 0 || images.length % stride !== 0) {
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Taking ${name} images from arrays: ${images.length} values are not a whole number of images of ${stride} values (height · width · channels).`,
    )
  }
  return images instanceof Uint8Array
    ? images
    : new Uint8Array(images.buffer, images.byteOffset, images.length)
}

function manyArrays(name: string, images: readonly ArrayLike<number>[], stride: number): Uint8Array {
  if (images.length === 0)
    throw new TreadleError('DATASET_BAD_SHAPE', `Taking ${name} images from arrays: there are none.`)
  const pixels = new Uint8Array(images.length * stride)
  images.forEach((image, index) => {
    if (image.length !== stride) {
      throw new TreadleError(
        'DATASET_BAD_SHAPE',
        `Taking ${name} images from arrays: image ${index} has ${image.length} values, expected ${stride} (height · width · channels).`,
      )
    }
    for (let offset = 0; offset < stride; offset++) {
      const value = image[offset] as number
      if (!Number.isInteger(value) || value < 0 || value > 255) {
        throw new TreadleError(
          'DATASET_BAD_VALUE',
          `Taking ${name} images from arrays: value ${offset} of image ${index} is ${value}; values are whole numbers from 0 to 255, not scaled.`,
        )
      }
      pixels[index * stride + offset] = value
    }
  })
  return pixels
}
