import { TreadleError } from '@treadle/core'
import type { RandomStream } from '@treadle/core'

/**
 * Number `index` of a stream of standard normal numbers, cut off at ±`bound` by drawing again.
 *
 * From + − × ÷ √ alone, so that it is the same in every engine: `Math.log` is not. Marsaglia's polar method; the
 * number owns words 64·index … 64·index + 63 of the stream, 32 attempts of two words. One attempt fails with
 * probability 1 − π/4 (0.25 for `bound` 2): all fail less than once in 10¹⁹ numbers.
 */
export function normal(stream: RandomStream, index: number, bound = Infinity): number {
  for (let attempt = 0; attempt < 32; attempt++) {
    const word = 64 * index + 2 * attempt
    const u = (2 * stream.at(word) + 1) / 2 ** 32 - 1
    const v = (2 * stream.at(word + 1) + 1) / 2 ** 32 - 1
    const square = u * u + v * v
    if (square >= 1) continue
    const value = u * Math.sqrt((-2 * logarithm(square)) / square)
    if (Math.abs(value) <= bound) return value
  }
  throw new TreadleError(
    'MODEL_RANDOM_EXHAUSTED',
    `Number ${index} of a normal stream met 32 rejections. Take another seed.`,
  )
}

const view = new DataView(new ArrayBuffer(8))

/**
 * Natural logarithm of a positive normal float64, to about 1 ulp: x = m · 2ᵏ with m in [√½, √2), and
 * log m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1), |s| < 0.172, up to s²³.
 */
export function logarithm(x: number): number {
  view.setFloat64(0, x)
  const high = view.getUint32(0)
  let exponent = (high >>> 20) - 1023
  view.setUint32(0, (high & 0xfffff) | 0x3ff00000)
  let mantissa = view.getFloat64(0)
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent += 1
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let series = 0
  for (let power = 23; power >= 1; power -= 2) series = series * square + 1 / power
  return exponent * Math.LN2 + 2 * s * series
}
