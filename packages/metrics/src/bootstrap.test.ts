import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { binomial, bootstrapAccuracy, bootstrapMean, quantile } from './bootstrap.ts'

const hits = (right: number, count: number) => ({
  labels: new Int32Array(count),
  predictions: Int32Array.from({ length: count }, (_, i) => (i < right ? 0 : 1)),
})

test('agrees with the normal approximation on 10,000 rows', () => {
  const { labels, predictions } = hits(8786, 10_000)
  const { accuracy, low, high } = bootstrapAccuracy(labels, predictions)
  const sd = Math.sqrt((0.8786 * (1 - 0.8786)) / 10_000)
  expect(accuracy).toBe(0.8786)
  expect(Math.abs(low - (accuracy - 1.96 * sd))).toBeLessThan(0.0008)
  expect(Math.abs(high - (accuracy + 1.96 * sd))).toBeLessThan(0.0008)
})

property.prop([fc.nat(40), fc.integer({ min: 41, max: 80 }), fc.nat(1000)], { numRuns: 30 })(
  'holds within [0, 1], is the same for a seed, and narrows with the confidence',
  (right, count, seed) => {
    const { labels, predictions } = hits(right, count)
    const wide = bootstrapAccuracy(labels, predictions, { seed, resamples: 200 })
    const narrow = bootstrapAccuracy(labels, predictions, { seed, resamples: 200, confidence: 0.5 })
    expect(bootstrapAccuracy(labels, predictions, { seed, resamples: 200 })).toEqual(wide)
    expect(0 <= wide.low && wide.low <= narrow.low && narrow.high <= wide.high && wide.high <= 1).toBe(true)
  },
)

property.prop([fc.integer({ min: 1, max: 60 }), fc.nat(60)], { numRuns: 60 })(
  'the chances of a resample are exactly binomial, to 1e-13',
  (count, most) => {
    const right = Math.min(most, count)
    const found = binomial(count, right)
    const [n, h] = [BigInt(count), BigInt(right)]
    let ways = 1n
    let sum = 0n
    for (let k = 0n; k <= n; k++) {
      sum += ways * h ** k * (n - h) ** (n - k)
      const expected = Number((sum * 10n ** 18n) / n ** n) / 1e18
      expect(Math.abs((found[Number(k)] as number) - expected)).toBeLessThan(1e-13)
      ways = (ways * (n - k)) / (k + 1n)
    }
  },
)

test('what is always right or always wrong stays so in every resample', () => {
  for (const right of [0, 1000]) {
    const { labels, predictions } = hits(right, 1000)
    expect(bootstrapAccuracy(labels, predictions)).toMatchObject({ low: right / 1000, high: right / 1000 })
  }
})

test('quantile is linear between neighbours, as numpy', () => {
  expect(quantile([1, 2, 4], 0.5)).toBe(2)
  expect(quantile([1, 2, 4], 0.75)).toBe(3)
  expect(quantile([1, 2, 4], 1)).toBe(4)
})

test.each([
  [{ confidence: 1 }, /`confidence` \(=1\)/],
  [{ resamples: 0 }, /`resamples` \(=0\)/],
  [{ seed: -1 }, /`seed` \(=-1\)/],
])('refuses %j', (options, message) => {
  expect(() => bootstrapAccuracy([0], [0], options)).toThrow(message)
})

test('a mean of hits has the interval of the accuracy', () => {
  const { labels, predictions } = hits(878, 1000)
  const accuracy = bootstrapAccuracy(labels, predictions)
  const mean = bootstrapMean(predictions.map((prediction, i) => Number(prediction === labels[i])))
  expect(mean.mean).toBe(accuracy.accuracy)
  expect(Math.abs(mean.low - accuracy.low)).toBeLessThan(0.003)
  expect(Math.abs(mean.high - accuracy.high)).toBeLessThan(0.003)
  expect(bootstrapMean([2, 2])).toMatchObject({ mean: 2, low: 2, high: 2, confidence: 0.95, resamples: 1000 })
})

test.each([
  [[], {}, /`values` is empty/],
  [[1, Number.NaN], {}, /`values\[1\]` \(=NaN\)/],
  [[1], { resamples: 0 }, /bootstrapMean: `resamples` \(=0\)/],
])('refuses a mean of %j with %j', (values, options, message) => {
  expect(() => bootstrapMean(values, options)).toThrow(message)
})
