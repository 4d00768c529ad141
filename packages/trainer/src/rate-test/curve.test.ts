import { expect, test } from 'vitest'
import { LossCurve, rateOfStep, suggestRates } from './curve.ts'

const range = { from: 1e-4, to: 1, steps: 201 }
const rates = Array.from({ length: range.steps }, (_, i) => rateOfStep(range, i))

test('the rate grows from the first to the last by the same factor', () => {
  expect(rates[0]).toBe(Math.fround(1e-4))
  expect(rates.at(-1)).toBeCloseTo(1, 6)
  for (const i of [1, 50, 199]) expect(rates[i]! / rates[i - 1]!).toBeCloseTo(10 ** (4 / 200), 5)
})

test('the first smoothed loss is the first loss, and the average keeps 0.98', () => {
  const curve = new LossCurve()
  for (const loss of [3, 2, 5]) curve.add(0.1, loss)
  const sums = [3, 0.98 * 3 + 2, 0.98 ** 2 * 3 + 0.98 * 2 + 5]
  const weights = [1, 1.98, 1 + 0.98 + 0.98 ** 2]
  for (const i of [0, 1, 2]) expect(curve.smoothed[i]).toBeCloseTo(sums[i]! / weights[i]!, 12)
})

test('a smoothed loss of more than four times the lowest ends the curve, as does a loss that is not finite', () => {
  const curve = new LossCurve()
  expect(curve.add(0.1, 1)).toBe(true)
  expect(curve.add(0.2, NaN)).toBe(false)
  expect(curve.add(0.2, Infinity)).toBe(false)
  expect(curve.add(0.2, 6)).toBe(true) // smoothed to 3.5
  expect(curve.add(0.3, 9)).toBe(false) // smoothed to 5.4
  expect(curve.losses).toEqual([1, 6])
})

test('the suggestion is the rate of the steepest slope, beside a tenth of the rate of the minimum', () => {
  // Flat, a fall whose slope is greatest at step 100, flat, a rise from step 150.
  const smoothed = rates.map((_, i) => {
    const t = Math.min(1, Math.max(0, (i - 60) / 80))
    return 2 - t * t * (3 - 2 * t) + (i > 150 ? (i - 150) / 50 : -i / 1e6)
  })
  const { suggestion, minimumTenth } = suggestRates(rates, smoothed, range.steps)
  expect(minimumTenth).toBe(rates[150]! / 10)
  expect(suggestion).toBe(rates[100])
})

test.each([
  ['rises', (i: number) => 1 + i],
  ['does not change', () => 1],
])('nothing is suggested where the loss %s', (_, loss) => {
  expect(
    suggestRates(
      rates,
      rates.map((__, i) => loss(i)),
      range.steps,
    ),
  ).toEqual({})
})

test('nothing is suggested for a curve without steps', () => {
  expect(suggestRates([], [], 300)).toEqual({})
})
