import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { histogramOf } from './histogram.ts'

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 })

test.prop([values], { numRuns: 40 })('every value is in the bucket whose limits hold it', (given) => {
  const { min, max, count, sum, sumOfSquares, limits, counts } = histogramOf(given) as NonNullable<
    ReturnType<typeof histogramOf>
  >
  expect([min, max, count]).toEqual([Math.min(...given), Math.max(...given), given.length])
  expect(sum).toBe(given.reduce((total, value) => total + value, 0))
  expect(sumOfSquares).toBe(given.reduce((total, value) => total + value * value, 0))
  expect(limits.at(-1)).toBe(max)
  // Up to each limit; a value that equals one may be on either side of it.
  let upTo = 0
  for (const [i, limit] of limits.entries()) {
    upTo += counts[i] as number
    expect(upTo).toBeGreaterThanOrEqual(given.filter((value) => value < limit - 1e-9).length)
    expect(upTo).toBeLessThanOrEqual(given.filter((value) => value <= limit + 1e-9).length)
  }
  expect(upTo).toBe(given.length)
})

test('values that are not finite are left out', () => {
  expect(histogramOf([1, Number.NaN, Infinity, 2])).toMatchObject({ min: 1, max: 2, count: 2, sum: 3 })
  expect(histogramOf([Number.NaN])).toBeUndefined()
  expect(histogramOf([])).toBeUndefined()
  expect(histogramOf([3, 3])).toMatchObject({ limits: [3], counts: [2] })
})
