import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { type McNemar, holm, mcnemar } from './mcnemar.ts'

const cases = fixture<{
  tests: McNemar[]
  corrections: { pValues: number[]; holm: number[] }[]
}>('mcnemar-cases')

/** Samples of class 0: some right by both, some by one, some by none. */
function answers(onlyFirst: number, onlySecond: number) {
  const kinds = [[0, 0], ...Array.from({ length: onlyFirst }, () => [0, 1])]
  kinds.push(...Array.from({ length: onlySecond }, () => [2, 0]), [1, 1], [1, 2])
  const labels = kinds.map(() => 0)
  return [labels, kinds.map(([one]) => one as number), kinds.map(([, other]) => other as number)] as const
}

/** Relative, so that tiny p values count. */
const near = (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * expected + 1e-300)

describe('equals statsmodels to 1e-12', () => {
  test.each(cases.tests)('McNemar, $onlyFirst against $onlySecond', (expected) => {
    const { pValue, ...result } = mcnemar(...answers(expected.onlyFirst, expected.onlySecond))
    const { pValue: expectedPValue, statistic, ...exactly } = expected
    expect(result).toMatchObject(exactly)
    near(result.statistic, statistic)
    near(pValue, expectedPValue)
  })

  test.each(cases.corrections)('Holm, $pValues', ({ pValues, holm: expected }) => {
    holm(pValues).forEach((value, i) => near(value, expected[i] as number))
  })
})

describe('McNemar’s test', () => {
  const count = fc.integer({ min: 0, max: 80 })
  property.prop([count, count])('does not depend on the order of the classifiers', (one, other) => {
    const [labels, first, second] = answers(one, other)
    const there = mcnemar(labels, first, second)
    const back = mcnemar(labels, second, first)
    expect(back).toEqual({ ...there, onlyFirst: there.onlySecond, onlySecond: there.onlyFirst })
    expect(there.pValue).toBeGreaterThan(0)
    expect(there.pValue).toBeLessThanOrEqual(1)
  })

  test('refuses other lengths and fractions', () => {
    expect(() => mcnemar([0, 1], [0, 1], [0])).toThrow(/`labels` and `second` must be of one length/)
    expect(() => mcnemar([0], [0.5], [0])).toThrow(/`first\[0\]` \(=0.5\) must be an integer/)
    expect(() => mcnemar([], [], [])).toThrow(/are empty/)
    expect(() => holm([0.5, Number.NaN])).toThrow(/`pValues\[1\]` \(=NaN\) must be from 0 to 1/)
  })

  test('holm of nothing is nothing', () => {
    expect(holm([])).toEqual([])
  })
})
