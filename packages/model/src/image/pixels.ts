import { show } from '@treadle/core'
import { type Channels, MAX_PIXELS, type Picture, type PictureValues } from '@treadle/image'
import { badImage } from './bad-image.ts'
import type { PixelValues } from './pixel-values.ts'
import { inByteRange, type ValueRange } from './value-range.ts'

/** An image's pixels, row-major from the top left: shape [height, width, channels]. */
export interface Pixels {
  readonly data: PixelValues
  readonly width: number
  readonly height: number
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. Default: what `data` holds for each pixel. */
  readonly channels?: Channels | undefined
  /**
   * The values of black and white (for alpha: transparent and opaque). Default: [0, 65535] for a `Uint16Array`, which is
   * rounded to bytes as a PNG of 16 bits is; [0, 255] for every other type.
   */
  readonly range?: ValueRange | undefined
}

export type CheckedPixels = Picture<PictureValues>

/** @throws TreadleError `MODEL_BAD_IMAGE` unless size, channels, data and range agree */
export function checkPixels({ data, width, height, channels, range }: Pixels): CheckedPixels {
  checkSize(width, height)
  const { length } = data
  const perPixel = channels ?? length / (width * height)
  if (![1, 2, 3, 4].includes(perPixel) || length !== width * height * perPixel) {
    throw badImage(
      `${length} values do not make ${height} rows of ${width} pixels` +
        (channels === undefined ? '' : ` with ${show(channels)} channels`),
      'Give 1 to 4 values for each pixel',
    )
  }
  return { data: inByteRange(data, range), width, height, channels: perPixel as Channels }
}

/** @throws TreadleError `MODEL_BAD_IMAGE` */
export function checkSize(width: number, height: number): void {
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 1 && height >= 1
  if (!whole)
    throw badImage(`its size is ${width} × ${height}`, 'Width and height must be integers of at least 1')
  if (width * height > MAX_PIXELS)
    throw badImage(`it has ${width} × ${height} pixels, more than ${MAX_PIXELS}`, 'Make it smaller')
}
