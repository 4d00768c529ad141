import { test } from '@fast-check/vitest'
import { expect } from 'vitest'
import {
  constant,
  cosineCycles,
  cosineDecay,
  exponentialDecay,
  learningRateAt,
  oneCycle,
  piecewise,
  polynomialDecay,
  scheduleSchema,
  settleLearningRate,
  stepDecay,
  type Schedule,
} from '../index.ts'
import { uniform } from '../../../../test/support/uniform.ts'

const at = (schedule: Schedule, epoch: number) =>
  learningRateAt(schedule, { iteration: Math.round(epoch * 100), stepsPerEpoch: 100 })

function near(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThan(1e-13)
}

test.prop([uniform(0, 30)])('each is within 1e-13 of its formula', (position) => {
  const epoch = Math.round(position * 100) / 100
  const peak = 0.5
  const left = Math.max(0, 1 - epoch / 20)
  near(at(constant({ peak }), epoch), peak)
  near(at(stepDecay({ peak, every: 4, factor: 0.3 }), epoch), peak * 0.3 ** Math.floor(epoch / 4))
  near(at(exponentialDecay({ peak, rate: 0.9, every: 2 }), epoch), peak * 0.9 ** (epoch / 2))
  const cosine = 0.1 + 0.9 * 0.5 * (1 + Math.cos((Math.PI * Math.min(epoch, 20)) / 20))
  near(at(cosineDecay({ peak, epochs: 20, final: 0.1 }), epoch), peak * cosine)
  const cycle = (Math.round(epoch * 100) % 500) / 500
  near(at(cosineCycles({ peak, epochs: 20, cycles: 4 }), epoch), (peak / 2) * (Math.cos(Math.PI * cycle) + 1))
  near(at(polynomialDecay({ peak, epochs: 20, final: 0.1 }), epoch), peak * (0.1 + 0.9 * left))
  near(at(polynomialDecay({ peak, epochs: 20, power: 2.5 }), epoch), peak * left ** 2.5)
  near(
    at(piecewise({ boundaries: [3, 10], values: [0.1, 0.02, 0.3] }), epoch),
    epoch < 3 ? 0.1 : epoch < 10 ? 0.02 : 0.3,
  )
})

test('a warm-up rises in equal steps to the peak, and the decay begins there', () => {
  const schedule = cosineDecay({ peak: 1, epochs: 3, warmup: 1 })
  const rateOf = (iteration: number) => learningRateAt(schedule, { iteration, stepsPerEpoch: 4 })
  const rates = Array.from({ length: 12 }, (_, i) => rateOf(i))
  expect(rates.slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1])
  expect(rates.slice(4)).toEqual(rates.slice(4).toSorted((a, b) => b - a))
  expect(rateOf(12)).toBeCloseTo(0, 15)
  expect(rateOf(100)).toBeCloseTo(0, 15)
})

const annealed = (from: number, to: number, u: number) => to + ((from - to) / 2) * (Math.cos(Math.PI * u) + 1)

test("one cycle is PyTorch's OneCycleLR: max_lr 0.1, 20 steps", () => {
  const schedule = oneCycle({ peak: 0.1, epochs: 2 })
  const rates = Array.from({ length: 20 }, (_, i) =>
    learningRateAt(schedule, { iteration: i, stepsPerEpoch: 10 }),
  )
  rates.forEach((rate, i) => {
    near(rate, i <= 5 ? annealed(0.004, 0.1, i / 5) : annealed(0.1, 4e-7, (i - 5) / 14))
  })
})

test('one cycle of a single step, and past its end, is at the last rate', () => {
  const schedule = oneCycle({ peak: 0.1, epochs: 1 })
  const last = 0.1 / 25 / 1e4
  near(learningRateAt(schedule, { iteration: 0, stepsPerEpoch: 1 }), last)
  near(learningRateAt(schedule, { iteration: 1, stepsPerEpoch: 1 }), last)
  near(learningRateAt(schedule, { iteration: 500, stepsPerEpoch: 10 }), last)
})

test("a schedule without a length takes the run's", () => {
  expect(settleLearningRate(cosineDecay({ peak: 1 }), 7)).toMatchObject({ epochs: 7 })
  expect(settleLearningRate(cosineDecay({ peak: 1, epochs: 3 }), 7)).toMatchObject({ epochs: 3 })
  expect(settleLearningRate(stepDecay({ peak: 1, every: 2 }), 7)).not.toHaveProperty('epochs')
  expect(settleLearningRate(0.1, 7)).toBe(0.1)
  expect(() => settleLearningRate(cosineDecay({ peak: 1, warmup: 9 }), 7)).toThrow('cosine: `warmup` (=9)')
})

test.each([
  ['OneCycle', { schedule: 'oneCycle', pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 }],
  [
    { schedule: 'COSINE', epochs: 3 },
    { schedule: 'cosine', epochs: 3, warmup: 0, final: 0 },
  ],
])('%j is a schedule', (given, expected) => {
  expect(scheduleSchema.parse(given)).toEqual(expected)
})

test.each([
  [() => stepDecay({ every: 0 }), 'stepDecay: `every` (=0) must be greater than 0.'],
  [() => stepDecay({} as never), 'stepDecay: `every` (=undefined) must be given.'],
  [() => exponentialDecay({ rate: -1 }), 'exponentialDecay: `rate` (=-1) must be greater than 0.'],
  [() => cosineDecay({ epochs: Number.NaN }), 'cosineDecay: `epochs` (=NaN) must be a finite number.'],
  [() => cosineDecay({ epochs: 3, warmup: 3 }), 'cosineDecay: `warmup` (=3) must be less than `epochs`.'],
  [
    () => oneCycle({ pctstart: 0.1 } as never),
    'oneCycle: there is no field `pctstart`. Did you mean `pctStart`?',
  ],
  [() => piecewise({ boundaries: [2, 1], values: [1, 2, 3] }), 'piecewise: `boundaries` (=[2,1]) must rise.'],
  [
    () => piecewise({ boundaries: [2], values: [1, 2, 3] }),
    'piecewise: `values` (=[1,2,3]) must have one item more than `boundaries`.',
  ],
])('bad values are errors: case %#', (make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'TRAINER_BAD_SCHEDULE', message }))
})
