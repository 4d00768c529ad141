import { expect, test } from 'vitest'
import { spreadOf } from './seeds.ts'
import { studentInterval } from './student-interval.ts'

test.each([
  // scipy.stats.t.interval(0.95, 4, loc=0.84, scale=scipy.stats.sem([0.8, 0.82, 0.84, 0.86, 0.88]))
  [spreadOf([0.8, 0.82, 0.84, 0.86, 0.88]), 0.80073514, 0.87926486],
  // scipy.stats.t.interval(0.95, n - 1, loc=0.5, scale=0.1 / n ** 0.5)
  [{ mean: 0.5, sd: 0.1, count: 20 }, 0.45319856, 0.54680144],
  [{ mean: 0.5, sd: 0.1, count: 21 }, 0.45448055, 0.54551945],
  [{ mean: 0.5, sd: 0.1, count: 100 }, 0.48015783, 0.51984217],
])('the interval of %j is that of scipy', (spread, low, high) => {
  const interval = studentInterval(spread)
  expect(interval[0]).toBeCloseTo(low, 7)
  expect(interval[1]).toBeCloseTo(high, 7)
})

test('one value has no interval', () => {
  expect(() => studentInterval(spreadOf([0.8]))).toThrow(/`spread.count` \(=1\) must be/)
})
