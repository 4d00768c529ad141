import { TreadleError } from '@treadle/core'

/** Interleaved, row by row from the top left: shape [height, width, channels], 0 to 255. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray | Float32Array
  readonly width: number
  readonly height: number
  /** Grey, grey and alpha, RGB, RGBA. Without it, as many as `data` holds for each pixel: an `ImageData` fits. */
  readonly channels?: 1 | 2 | 3 | 4
}

export type CheckedPixels = Required<Pixels>

/** More pixels than any camera gives today; a small PNG can claim four thousand million. */
const MAX_PIXELS = 2 ** 27

/** @throws TreadleError `MODEL_BAD_IMAGE` unless sizes, channels and data agree */
export function checkPixels({ data, width, height, channels }: Pixels): CheckedPixels {
  checkSize(width, height)
  const perPixel = channels ?? data.length / (width * height)
  if (data.length !== width * height * perPixel || ![1, 2, 3, 4].includes(perPixel)) {
    throw badImage(
      `${data.length} values do not make ${height} rows of ${width} pixels` +
        (channels === undefined ? '' : ` with ${channels} channels`),
      'Give 1 to 4 values for each pixel',
    )
  }
  return { data, width, height, channels: perPixel as 1 | 2 | 3 | 4 }
}

/** @throws TreadleError `MODEL_BAD_IMAGE` */
export function checkSize(width: number, height: number): void {
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 1 && height >= 1
  if (!whole)
    throw badImage(`its size is ${width} × ${height}`, 'Width and height must be integers of at least 1')
  if (width * height > MAX_PIXELS) {
    throw badImage(`it has ${width} × ${height} pixels, more than ${MAX_PIXELS}`, 'Make it smaller')
  }
}

export function badImage(reason: string, remedy: string, cause?: unknown): TreadleError {
  return new TreadleError('MODEL_BAD_IMAGE', `Reading the image: ${reason}. ${remedy}.`, { cause })
}
