import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { adam, advanceClock, optimizerNames, resolveOptimizer, startClock } from './index.ts'
import { uniform } from '../../../test/support/uniform.ts'

test.prop([uniform(1e-4, 0.5), fc.integer({ min: 1, max: 400 })], {
  numRuns: 50,
})(
  "Adam's step size is the exact one but for Keras's float32 roundings, of 1 − β₂ᵗ above all",
  (learningRate, t) => {
    const clock = startClock(adam())
    let found = 0
    for (let i = 0; i < t; i++) found = advanceClock(clock, adam(), learningRate)[1] as number
    const [beta1, beta2] = [Math.fround(0.9), Math.fround(0.999)]
    const exact = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
    expect(Math.abs(found / exact - 1)).toBeLessThan(1e-6 + 1e-7 / (1 - 0.999 ** t))
  },
)

test.each(optimizerNames)('%s: a clock that was copied as plain numbers continues alike', (name) => {
  const optimizer = resolveOptimizer(
    { ...resolveOptimizer(name, 'test'), useEma: true, emaOverwriteFrequency: 2 },
    'test',
  )
  const clock = startClock(optimizer)
  const rows = [0.1, 0.2, 0.3].map((rate) => advanceClock(clock, optimizer, rate))
  expect(new Set(rows.map(({ length }) => length)).size).toBe(1)
  expect(rows.map((row) => row.slice(-2))).toEqual([
    [0, 0],
    [Math.fround(0.99), 1],
    [Math.fround(0.99), 0],
  ])
  const copy = JSON.parse(JSON.stringify(clock)) as typeof clock
  expect(advanceClock(copy, optimizer, 0.4)).toEqual(advanceClock(clock, optimizer, 0.4))
  for (const row of rows) expect(row).toEqual(row.map(Math.fround))
})
