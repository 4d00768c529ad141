import { log, TreadleError, type RandomStream } from '@treadle/core'

/**
 * Number `index` of a stream of standard normal numbers, cut off at ±`bound` by drawing again.
 *
 * It uses + − × ÷ √ alone, so it is the same in every engine. Marsaglia's polar method; the
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
    const value = u * Math.sqrt((-2 * log(square)) / square)
    if (Math.abs(value) <= bound) return value
  }
  throw new TreadleError(
    'MODEL_RANDOM_EXHAUSTED',
    `Number ${index} of a normal stream met 32 rejections. Take another seed.`,
  )
}
