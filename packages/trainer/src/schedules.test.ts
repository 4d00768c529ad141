import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { constant, cosineDecay, exponentialDecay, learningRateAt, stepDecay } from './schedules.ts'

const at = (schedule: Parameters<typeof learningRateAt>[0], epoch: number) =>
  learningRateAt(schedule, 0.5, Math.round(epoch * 100), 100)

function near(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThan(1e-13)
}

test.prop([fc.double({ min: 0, max: 30, noNaN: true })])('each within 1e-13 of its formula', (position) => {
  const epoch = Math.round(position * 100) / 100
  near(at(constant(), epoch), 0.5)
  near(at(stepDecay({ every: 4, factor: 0.3 }), epoch), 0.5 * 0.3 ** Math.floor(epoch / 4))
  near(at(exponentialDecay({ rate: 0.9, every: 2 }), epoch), 0.5 * 0.9 ** (epoch / 2))
  const cosine = 0.1 + 0.9 * 0.5 * (1 + Math.cos((Math.PI * Math.min(epoch, 20)) / 20))
  near(at(cosineDecay({ epochs: 20, final: 0.1 }), epoch), 0.5 * cosine)
})

test('warm-up rises in equal steps to the full rate, and the cosine goes on from there', () => {
  const schedule = cosineDecay({ epochs: 3, warmup: 1 })
  const rates = Array.from({ length: 12 }, (_, i) => learningRateAt(schedule, 1, i, 4))
  expect(rates.slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1])
  expect(rates.slice(4)).toEqual(rates.slice(4).toSorted((a, b) => b - a))
  expect(learningRateAt(schedule, 1, 12, 4)).toBeCloseTo(0, 15)
  expect(learningRateAt(schedule, 1, 100, 4)).toBeCloseTo(0, 15)
})

test.each([
  () => stepDecay({ every: 0 }),
  () => exponentialDecay({ rate: -1 }),
  () => cosineDecay({ epochs: Number.NaN }),
  () => cosineDecay({ epochs: 3, warmup: 3 }),
])('bad values are refused', (make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'TRAINER_BAD_SCHEDULE' }))
})
