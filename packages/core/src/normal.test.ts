import { expect, test } from 'vitest'
import { normalNoise } from './normal.ts'
import { Purpose, RandomStream } from './random.ts'

/** A stream of given words. */
const wordsOf = (words: readonly number[]) => ({ at: (i: number) => words[i] }) as unknown as RandomStream

function noiseOf(words: readonly number[]): Float32Array {
  const out = new Float32Array(words.length)
  normalNoise(wordsOf(words), out)
  return out
}

/** Quantiles by Python's `statistics.NormalDist().inv_cdf((2 · (word >> 8) + 1) / 2 ** 25)`. */
test.each([
  [0x00000000, -5.419983],
  [0x000000ff, -5.419983],
  [0x00000100, -5.2201131],
  [0x01000000, -2.6600649],
  [0x20000000, -1.1503492],
  [0x60000000, -0.3186393],
  [0x7fffff00, -7.4703343e-8],
  [0x80000000, 7.4703343e-8],
  [0xa0000000, 0.3186394],
  [0xf0000000, 1.5341208],
  [0xffffffff, 5.419983],
])('word %i is the quantile %f to 1e-6', (word, expected) => {
  const [found] = noiseOf([word]) as unknown as [number]
  expect(Math.abs(found - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)))
})

test('grows with the word and is odd around the middle', () => {
  const words = Array.from({ length: 4096 }, (_, i) => i * 0x100000)
  const found = noiseOf(words)
  for (let i = 1; i < found.length; i++) expect(found[i]).toBeGreaterThan(found[i - 1] as number)
  expect(noiseOf(words.map((word) => ~word >>> 0))).toEqual(found.map((v) => -v))
})

test('mean 0, variance 1, kurtosis 3', () => {
  const out = new Float32Array(200_000)
  normalNoise(new RandomStream(5, Purpose.dropout, { epoch: 1, step: 2, stream: 3 }), out)
  const moment = (power: number) => out.reduce((sum, v) => sum + v ** power, 0) / out.length
  expect(moment(1)).toBeCloseTo(0, 2)
  expect(moment(2)).toBeCloseTo(1, 1.7)
  expect(moment(3)).toBeCloseTo(0, 1)
  expect(moment(4)).toBeCloseTo(3, 0.9)
})
