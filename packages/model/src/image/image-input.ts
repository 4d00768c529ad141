import type { LabelledImages } from '@treadle/core'
import { decodePng } from './decode-png.ts'
import { badImage, checkPixels } from './pixels.ts'
import type { CheckedPixels, Pixels } from './pixels.ts'

/** One image: the bytes of a PNG, a `Blob` or `File` with them, or pixels (an `ImageData` is such). */
export type ImageInput = Uint8Array | ArrayBuffer | Blob | Pixels

/** Many images as a data set holds them. */
export type ImageBatch = Pick<LabelledImages, 'images' | 'count' | 'height' | 'width' | 'channels'>

/** An image's pixels; those that are at hand, at once. @throws TreadleError `MODEL_BAD_IMAGE` */
export function readImage(input: ImageInput): CheckedPixels | Promise<CheckedPixels> {
  if (isPixels(input)) return checkPixels(input)
  if (input instanceof Uint8Array) return decodePng(input)
  if (input instanceof ArrayBuffer) return decodePng(new Uint8Array(input))
  if (input instanceof Blob) return input.arrayBuffer().then((bytes) => decodePng(new Uint8Array(bytes)))
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
    each.push(checkPixels({ data, width, height, channels: channels as 1 | 2 | 3 | 4 }))
  }
  return each
}

export function isImageBatch(input: unknown): input is ImageBatch {
  return typeof input === 'object' && input !== null && 'images' in input && 'count' in input
}

function isPixels(input: unknown): input is Pixels {
  if (typeof input !== 'object' || input === null) return false
  const { data, width, height } = input as Partial<Pixels>
  const bytes =
    data instanceof Uint8Array || data instanceof Uint8ClampedArray || data instanceof Float32Array
  return bytes && typeof width === 'number' && typeof height === 'number'
}
