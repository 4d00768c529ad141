import { type Channels, MAX_PIXELS, type Picture, type PictureValues, pictureValuesOf } from '@treadle/image'
import { badImage } from './bad-image.ts'
import { inByteRange, type ValueRange } from './value-range.ts'

/** An image's pixels, row-major from the top left: shape [height, width, channels]. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray | Float32Array
  readonly width: number
  readonly height: number
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. Default: what `data` holds for each pixel, so that an `ImageData` fits. */
  readonly channels?: Channels | undefined
  /** The values of black and white (for alpha: transparent and opaque). Default: [0, 255]. */
  readonly range?: ValueRange | undefined
}

export type CheckedPixels = Picture<PictureValues>

/** @throws TreadleError `MODEL_BAD_IMAGE` unless size, channels, data and range agree */
export function checkPixels({ data, width, height, channels, range }: Pixels): CheckedPixels {
  checkSize(width, height)
  const values = pictureValuesOf(data)
  if (values === undefined)
    throw badImage(
      'its `data` are of another type',
      'Give a Uint8Array, a Uint8ClampedArray or a Float32Array',
    )
  const perPixel = channels ?? values.length / (width * height)
  if (values.length !== width * height * perPixel || ![1, 2, 3, 4].includes(perPixel)) {
    throw badImage(
      `${values.length} values do not make ${height} rows of ${width} pixels` +
        (channels === undefined ? '' : ` with ${channels} channels`),
      'Give 1 to 4 values for each pixel',
    )
  }
  return { data: inByteRange(values, range), width, height, channels: perPixel as Channels }
}

function checkSize(width: number, height: number): void {
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 1 && height >= 1
  if (!whole)
    throw badImage(`its size is ${width} × ${height}`, 'Width and height must be integers of at least 1')
  if (width * height > MAX_PIXELS)
    throw badImage(`it has ${width} × ${height} pixels, more than ${MAX_PIXELS}`, 'Make it smaller')
}
