import { show } from '@treadle/core'
import { type PictureValues, pictureValuesOf } from '@treadle/image'
import { badImage } from './bad-image.ts'
import type { PixelValues } from './pixel-values.ts'
import { tagOf } from './platform-type.ts'

/** The values of black and of white. */
export type ValueRange = readonly [black: number, white: number]

const BYTES: ValueRange = [0, 255]

/** Values may lie outside their range by this part of it, as interpolation leaves them. */
const TOLERANCE = 0.1

const SIXTEEN_BITS = 65_535

/** Types of arrays that are neither of bytes nor of 32-bit floats. */
const otherTypes = ['Int8', 'Uint16', 'Int16', 'Uint32', 'Int32', 'Float16', 'Float64']

/**
 * Scales values to 0 … 255 and checks that they are in their range. Bytes without a range are returned unchanged.
 * @throws TreadleError `MODEL_BAD_IMAGE` for an array that is not of numbers, for NaN, for values far outside the range,
 * and for values without a range that seem to be scaled, to [0, 1] or otherwise
 */
export function inByteRange(given: PixelValues, range?: ValueRange): PictureValues {
  const known = pictureValuesOf(given)
  if (known === undefined && !otherTypes.includes(tagOf(given).replace(/Array$/, '')))
    throw badImage('its values are of another type', 'Give a typed array of numbers, such as a Uint8Array')
  const values = known ?? (given as ArrayLike<number>)
  if (range === undefined && values instanceof Uint8Array) return values
  const isSixteen = tagOf(given) === 'Uint16Array'
  const byDefault: ValueRange = isSixteen ? [0, SIXTEEN_BITS] : BYTES
  const [black, white] = checkRange(range === undefined ? byDefault : range)
  const { least, most } = extremes(values)
  if (range === undefined && (isSixteen ? looksLessThanSixteen(most) : looksScaled(least, most))) {
    throw badImage(
      `its values are between ${least} and ${most}, where ${black} is black and ${white} is white`,
      `If they were scaled, state the values of black and white as \`range\`, such as ${isSixteen ? '[0, 255] or [0, 4095]' : '[0, 1]'}; if the image is nearly black, give \`range: [0, ${white}]\``,
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
  if (black === 0 && white === 255) return known ?? Float32Array.from(values)
  if (isSixteen && black === 0 && white === SIXTEEN_BITS)
    return Uint8Array.from(values, (value) => value / 257 + 0.5)
  const scale = 255 / (white - black)
  return Float32Array.from(values, (value) => (value - black) * scale)
}

/** Whether values seem to be scaled to [0, 1] or [-1, 1], or standardised: as pixels they are black to the eye. */
function looksScaled(least: number, most: number): boolean {
  if (least === 0 && most === 0) return false
  return most <= 1 + TOLERANCE || (least < -TOLERANCE && most < 16)
}

/** Whether values of 16 bits seem to be of 12 bits or fewer: as 16 bits they are black to the eye. */
const looksLessThanSixteen = (most: number): boolean => most > 0 && most < 4096

function checkRange(range: ValueRange): ValueRange {
  const [black, white, ...others] = Array.isArray(range) ? (range as readonly number[]) : []
  const fits = Number.isFinite(black) && Number.isFinite(white) && black !== white && others.length === 0
  if (fits) return range
  throw badImage(
    `its \`range\` (=${show(range)}) is not a pair of different numbers`,
    'Give the values of black and white, such as [0, 1]',
  )
}

function extremes(values: ArrayLike<number>): { least: number; most: number } {
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
