import { type LabelledImages, TreadleError, isTreadleError } from '@treadle/core'
import { type Channels, type Picture, bytesOf, decodeImage } from '@treadle/image'
import { badImage, checkPixels } from './pixels.ts'
import type { CheckedPixels, Pixels } from './pixels.ts'

/** One image: the bytes of a PNG, a `Blob` or `File` of them, or pixels such as an `ImageData`. */
export type ImageInput = Uint8Array | ArrayBuffer | Blob | Pixels

/** Many images in the form of a data set. */
export type ImageBatch = Pick<LabelledImages, 'images' | 'count' | 'height' | 'width' | 'channels'>

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

/** @throws TreadleError `MODEL_BAD_IMAGE` */
export function imagesOf({ images, count, height, width, channels }: ImageBatch): CheckedPixels[] {
  const size = height * width * channels
  if (images.length !== count * size) {
    throw badImage(
      `${images.length} values do not make ${count} images of ${height} × ${width} × ${channels}`,
      'Give all of them',
    )
  }
  const each: CheckedPixels[] = []
  for (let index = 0; index < count; index++) {
    // A view takes as long to make as a small layer to run, so one image needs none.
    const data = count === 1 ? images : images.subarray(index * size, (index + 1) * size)
    each.push(checkPixels({ data, width, height, channels: channels as Channels }))
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
