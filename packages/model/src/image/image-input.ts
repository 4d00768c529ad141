import { type LabelledImages, TreadleError, isTreadleError } from '@treadle/core'
import { type Channels, type Picture, bytesOf, decodeImage, pictureValuesOf } from '@treadle/image'
import { badImage } from './bad-image.ts'
import { checkPixels } from './pixels.ts'
import type { CheckedPixels, Pixels } from './pixels.ts'
import { inByteRange, type ValueRange } from './value-range.ts'

/** One image: the bytes of a PNG, a `Blob` or `File` of them, or pixels such as an `ImageData`. */
export type ImageInput = Uint8Array | ArrayBuffer | Blob | Pixels

/** Many images in the form of a data set: `images` of shape [count, height, width, channels]. */
export interface ImageBatch extends Pick<LabelledImages, 'count' | 'height' | 'width' | 'channels'> {
  readonly images: Uint8Array | Uint8ClampedArray | Float32Array
  /** The values of black and white. Default: [0, 255]. */
  readonly range?: ValueRange | undefined
}

/**
 * The pixels of an image; without a promise where pixels are given. Typed arrays, buffers and blobs may be of another
 * realm.
 * @throws TreadleError `MODEL_BAD_IMAGE`
 */
export function readImage(input: ImageInput): CheckedPixels | Promise<CheckedPixels> {
  if (isPixels(input)) return checkPixels(input)
  const bytes = bytesOf(input)
  if (bytes !== undefined) return decode(bytes)
  if (isBlob(input)) return readBlob(input)
  throw badImage(
    `${input === null ? 'null' : typeof input} is not an image`,
    'Give the bytes of a PNG, or { data, width, height, channels }',
  )
}

/**
 * Reads the images of a list in turn.
 * @throws TreadleError `MODEL_BAD_IMAGE` with the `index` of the image; the reason of `signal` after an abort
 */
export async function readImages(
  images: readonly ImageInput[],
  signal?: AbortSignal,
): Promise<CheckedPixels[]> {
  const pixels: CheckedPixels[] = []
  for (const [index, image] of images.entries()) {
    signal?.throwIfAborted()
    try {
      const read = readImage(image)
      pixels.push(read instanceof Promise ? await read : read)
    } catch (error) {
      throw isTreadleError(error) ? new BadImageOfList(error, index, images.length) : error
    }
  }
  signal?.throwIfAborted()
  return pixels
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
  const values = pictureValuesOf(given)
  if (values === undefined)
    throw badImage('its `images` are of another type', 'Give a Uint8Array or a Float32Array')
  // Of all images together, of which one may be black.
  const images = inByteRange(values, range)
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

function isPixels(input: unknown): input is Pixels {
  if (typeof input !== 'object' || input === null) return false
  const { data, width, height } = input as Partial<Pixels>
  return ArrayBuffer.isView(data) && typeof width === 'number' && typeof height === 'number'
}

function isBlob(input: unknown): input is Blob {
  return typeof input === 'object' && input !== null && typeof (input as Blob).arrayBuffer === 'function'
}

async function readBlob(blob: Blob): Promise<Picture> {
  return decode(new Uint8Array(await blob.arrayBuffer()))
}

async function decode(bytes: Uint8Array): Promise<Picture> {
  try {
    return await decodeImage(bytes)
  } catch (error) {
    throw isTreadleError(error) ? new TreadleError('MODEL_BAD_IMAGE', error.message, { cause: error }) : error
  }
}
