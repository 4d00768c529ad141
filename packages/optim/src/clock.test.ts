import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { advanceClock, startClock } from './clock.ts'
import { adam } from './optimizers/adam.ts'

test.prop([fc.double({ min: 1e-4, max: 0.5, noNaN: true }), fc.integer({ min: 1, max: 400 })], {
  numRuns: 50,
})(
  "Adam's step size is the exact one but for Keras's float32 roundings, of 1 − β₂ᵗ above all",
  (learningRate, t) => {
    const clock = startClock(adam())
    let found = 0
    for (let i = 0; i < t; i++) found = advanceClock(clock, adam(), learningRate)
    const [beta1, beta2] = [Math.fround(0.9), Math.fround(0.999)]
    const exact = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
    expect(Math.abs(found / exact - 1)).toBeLessThan(1e-6 + 1e-7 / (1 - 0.999 ** t))
  },
)
