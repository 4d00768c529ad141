import { show } from '@treadle/core'
import type { PictureValues } from '@treadle/image'
import { badImage } from './bad-image.ts'

/** The values of black and of white. */
export type ValueRange = readonly [black: number, white: number]

const BYTES: ValueRange = [0, 255]

/** Values may lie outside their range by this part of it, as interpolation leaves them. */
const TOLERANCE = 0.1

/**
 * Scales values to 0 … 255 and checks that they are in their range. Bytes without a range are returned unchanged.
 * @throws TreadleError `MODEL_BAD_IMAGE` for NaN, for values far outside the range, and for floats without a range that
 * seem to be scaled, to [0, 1] or otherwise
 */
export function inByteRange(values: PictureValues, range?: ValueRange): PictureValues {
  if (range === undefined && values instanceof Uint8Array) return values
  const [black, white] = checkRange(range === undefined ? BYTES : range)
  const { least, most } = extremes(values)
  if (range === undefined && looksScaled(least, most)) {
    throw badImage(
      `its values are between ${least} and ${most}, where 0 is black and 255 is white`,
      'If they were scaled, state the values of black and white as `range`, such as [0, 1]; if the image is nearly black, give `range: [0, 255]`',
    )
  }
  const margin = TOLERANCE * Math.abs(white - black)
  const [low, high] = black < white ? [black, white] : [white, black]
  if (least < low - margin || most > high + margin) {
    throw badImage(
      `its values are between ${least} and ${most}, where ${black} is black and ${white} is white`,
      'State the values of black and white as `range`, such as [0, 1], [-1, 1] or [0, 65535]',
    )
  }
  if (black === 0 && white === 255) return values
  const scale = 255 / (white - black)
  return Float32Array.from(values, (value) => (value - black) * scale)
}

/** Whether values seem to be scaled to [0, 1] or [-1, 1], or standardised: as pixels they are black to the eye. */
function looksScaled(least: number, most: number): boolean {
  if (least === 0 && most === 0) return false
  return most <= 1 + TOLERANCE || (least < -TOLERANCE && most < 16)
}

function checkRange(range: ValueRange): ValueRange {
  const [black, white, ...others] = Array.isArray(range) ? (range as readonly number[]) : []
  const fits = Number.isFinite(black) && Number.isFinite(white) && black !== white && others.length === 0
  if (fits) return range
  throw badImage(
    `its \`range\` (=${show(range)}) is not a pair of different numbers`,
    'Give the values of black and white, such as [0, 1]',
  )
}

function extremes(values: PictureValues): { least: number; most: number } {
  let [least, most] = [Infinity, -Infinity]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    // NaN is neither.
    if (!(value >= -Infinity)) throw badImage(`value ${i} is ${value}`, 'Every value must be a number')
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}
