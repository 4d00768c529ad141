import { type LabelledImages, TreadleError, isTreadleError } from '@treadle/core'
import { type Channels, bytesOf } from '@treadle/image'
import { badImage } from './bad-image.ts'
import type { Material } from './material.ts'
import { checkPixels } from './pixels.ts'
import type { PixelValues } from './pixel-values.ts'
import type { CheckedPixels, Pixels } from './pixels.ts'
import { tagOf, type PlatformType } from './platform-type.ts'
import type { OpenOptions } from './sources/source.ts'
import { inByteRange, type ValueRange } from './value-range.ts'

/** What a browser, or a program with its types, holds images in. */
type BrowserImage = PlatformType<
  | 'ImageData'
  | 'ImageBitmap'
  | 'VideoFrame'
  | 'HTMLCanvasElement'
  | 'OffscreenCanvas'
  | 'HTMLImageElement'
  | 'HTMLVideoElement'
>

/**
 * One image: the bytes of an image file, as they are or in a `Blob`, `File`, `Response` or behind a `URL`; pixels; or an
 * object of the browser that shows an image.
 */
export type ImageInput = Uint8Array | ArrayBuffer | Blob | URL | Response | Pixels | BrowserImage

/** Many images in the form of a data set: `images` of shape [count, height, width, channels]. */
export interface ImageBatch extends Pick<LabelledImages, 'count' | 'height' | 'width' | 'channels'> {
  readonly images: PixelValues
  /** The values of black and white. Default: that of `Pixels`. */
  readonly range?: ValueRange | undefined
}

/**
 * Opens an image; pixels and bytes without a promise. Objects may be of another realm.
 * @throws TreadleError `MODEL_BAD_IMAGE`, `MODEL_READ_FAILED`
 */
export function openImage(input: ImageInput, options: OpenOptions = {}): Material | Promise<Material> {
  if (isPixels(input) && !needsConversion(input)) return { kind: 'pixels', pixels: input }
  const bytes = bytesOf(input)
  return bytes === undefined ? openObject(input, options) : { kind: 'file', file: { bytes } }
}

/** The other sources load with the first image that needs one. */
async function openObject(input: unknown, options: OpenOptions): Promise<Material> {
  const { sources } = await import('./sources/index.ts')
  const isObject = typeof input === 'object' && input !== null
  const source = isObject ? sources.find((one) => one.matches(input)) : undefined
  if (source !== undefined) return source.open(input as never, options)
  const text = typeof input === 'string' ? ' (an address is given as a URL: `new URL(…)`)' : ''
  throw badImage(
    `${input === null ? 'null' : typeof input}${text} is not an image`,
    'Give the bytes of a PNG, JPEG, WebP, GIF or BMP, or { data, width, height, channels } with a typed array',
  )
}

function isPixels(input: unknown): input is Pixels {
  if (typeof input !== 'object' || input === null) return false
  const { data, width, height } = input as Partial<Pixels>
  return ArrayBuffer.isView(data) && typeof width === 'number' && typeof height === 'number'
}

/** Whether pixels are an `ImageData` of another colour space than sRGB, or not of bytes. */
function needsConversion(pixels: Pixels): boolean {
  if (tagOf(pixels) !== 'ImageData') return false
  // Old browsers have no other space, and name none.
  return (pixels as ImageData).colorSpace === 'display-p3' || tagOf(pixels.data) !== 'Uint8ClampedArray'
}

/**
 * Works on the images of a list in turn.
 * @throws TreadleError of an image with its `index`; the reason of `signal` after an abort
 */
export async function inTurn<Result>(
  images: readonly ImageInput[],
  signal: AbortSignal | undefined,
  work: (image: ImageInput) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (const [index, image] of images.entries()) {
    signal?.throwIfAborted()
    try {
      const result = work(image)
      results.push(result instanceof Promise ? await result : result)
    } catch (error) {
      throw isTreadleError(error) ? new BadImageOfList(error, index, images.length) : error
    }
  }
  signal?.throwIfAborted()
  return results
}

/** The error of one image of a list. */
class BadImageOfList extends TreadleError {
  /** The position of the image in the list, from 0. */
  readonly index: number

  constructor(cause: TreadleError, index: number, count: number) {
    super(cause.code, `Image ${index} of the list of ${count} (counted from 0): ${cause.message}`, { cause })
    this.index = index
  }
}

/** Pixels that are given without a file. @throws TreadleError `MODEL_BAD_IMAGE` */
export function readPixels(input: Pixels): CheckedPixels {
  if (isPixels(input)) return checkPixels(input)
  throw badImage('it is not pixels', 'Give { data, width, height, channels }')
}

/** @throws TreadleError `MODEL_BAD_IMAGE` */
export function imagesOf({
  images: given,
  count,
  height,
  width,
  channels,
  range,
}: ImageBatch): CheckedPixels[] {
  const size = height * width * channels
  // Of all images together, of which one may be black.
  const images = inByteRange(given, range)
  if (images.length !== count * size) {
    throw badImage(
      `${images.length} values do not make ${count} images of ${height} × ${width} × ${channels}`,
      'Give all of them',
    )
  }
  const checked: ValueRange | undefined = images instanceof Uint8Array ? undefined : [0, 255]
  const each: CheckedPixels[] = []
  for (let index = 0; index < count; index++) {
    // A view takes as long to make as a small layer to run, so one image needs none.
    const data = count === 1 ? images : images.subarray(index * size, (index + 1) * size)
    each.push(checkPixels({ data, width, height, channels: channels as Channels, range: checked }))
  }
  return each
}

export function isImageBatch(input: unknown): input is ImageBatch {
  return typeof input === 'object' && input !== null && 'images' in input && 'count' in input
}
