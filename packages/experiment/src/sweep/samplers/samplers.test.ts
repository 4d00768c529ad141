import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { type Parameter, parameterOf } from '../parameters.ts'
import { grid } from './grid.ts'
import { halton, radicalInverse } from './halton.ts'
import { samplers } from './index.ts'
import { random } from './random.ts'

const unit = (count: number): Parameter[] =>
  Array.from({ length: count }, (_, i) => parameterOf(`p${i}`, { uniform: [0, 1] }))
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })

describe.each(Object.values(samplers))('$name', (sampler) => {
  const parameters = [
    parameterOf('kind', { choice: ['a', 'b'] }),
    parameterOf('rate', { logUniform: [1e-4, 1], points: 3, when: { kind: 'a' } }),
    parameterOf('size', { int: [1, 9], step: 3 }),
  ]

  test.prop([seed, fc.nat(20)])(
    'a trial depends on seed and number alone, and is within the space',
    (s, number) => {
      const values = sampler.suggest(parameters, s, number, [])
      expect(sampler.suggest(parameters, s, number, [])).toEqual(values)
      if (values === undefined) return
      expect(['a', 'b']).toContain(values['kind'])
      expect([1, 4, 7]).toContain(values['size'])
      const { rate } = values as { rate?: number }
      expect(rate === undefined).toBe(values['kind'] === 'b')
      if (rate !== undefined) expect(rate >= 1e-4 && rate <= 1).toBe(true)
    },
  )
})

// Van der Corput's sequence.
test.each([
  [2, [0, 1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8, 3 / 8, 7 / 8]],
  [3, [0, 1 / 3, 2 / 3, 1 / 9, 4 / 9, 7 / 9]],
])('without permutations, base %i gives the plain sequence', (base, expected) => {
  const identity = Array.from({ length: base }, (_, i) => i)
  for (const [number, value] of expected.entries())
    expect(radicalInverse(number, base, () => identity)).toBeCloseTo(value, 9)
})

test.prop([seed], { numRuns: 10 })(
  'the first bᵏ points of Halton’s sequence fill each of bᵏ intervals once',
  (s) => {
    const parameters = unit(3)
    for (const [dimension, base, count] of [
      [0, 2, 16],
      [1, 3, 27],
      [2, 5, 25],
    ] as const) {
      const intervals = Array.from({ length: count }, (_, number) => {
        const value = halton.suggest(parameters, s, number, [])?.[`p${dimension}`] as number
        // Values have six digits.
        return Math.floor(value * count + 1e-5)
      })
      expect(
        intervals.toSorted((a, b) => a - b),
        `base ${base}`,
      ).toEqual(Array.from({ length: count }, (_, i) => i))
    }
  },
)

test('random draws are uniform, and differ by seed, number and parameter', () => {
  const draws = Array.from({ length: 500 }, (_, number) =>
    Object.values(random.suggest(unit(4), 7, number, []) ?? {}),
  ).flat()
  expect(new Set(draws).size).toBeGreaterThan(1990)
  expect(draws.reduce<number>((sum, value) => sum + (value as number), 0) / 2000).toBeCloseTo(0.5, 1)
  expect(random.suggest(unit(1), 8, 0, [])).not.toEqual(random.suggest(unit(1), 7, 0, []))
})

test('a grid has each combination of active parameters once, the last changing first', () => {
  const parameters = [
    parameterOf('kind', { choice: ['a', 'b'] }),
    parameterOf('rate', { logUniform: [0.01, 1], points: 3, when: { kind: 'a' } }),
    parameterOf('size', { choice: [[1], [2, 3]] }),
  ]
  const all = Array.from({ length: 9 }, (_, number) => grid.suggest(parameters, 1, number, []))
  expect(all.slice(0, 8)).toEqual([
    ...[0.01, 0.1, 1].flatMap((rate) => [
      { kind: 'a', rate, size: [1] },
      { kind: 'a', rate, size: [2, 3] },
    ]),
    { kind: 'b', size: [1] },
    { kind: 'b', size: [2, 3] },
  ])
  expect(all[8]).toBeUndefined()
})
