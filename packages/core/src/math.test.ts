import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { cosPi, exp, log } from './math.ts'
import { uniform } from '../../../test/support/uniform.ts'

const relative = (a: number, b: number) => (a === b ? 0 : Math.abs(a - b) / Math.abs(b))

test.prop([fc.oneof(uniform(-690, 709), fc.double({ min: -690, max: 709, noNaN: true }))], { numRuns: 2000 })(
  'exp within 1e-14 relative',
  (x) => {
    expect(relative(exp(x), Math.exp(x))).toBeLessThan(1e-14)
  },
)

test.prop([fc.double({ min: 1e-300, max: 1e300, noNaN: true })], { numRuns: 2000 })(
  'log within 4e-16, relative above 1',
  (x) => {
    expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(Math.abs(Math.log(x)), 1))
  },
)

test.prop([uniform(0.5, 2)], { numRuns: 2000 })('log near 1 within 1e-15', (x) => {
  expect(Math.abs(log(x) - Math.log(x))).toBeLessThan(1e-15)
})

test.prop([uniform(0, 1)], { numRuns: 2000 })('cosPi within 1e-15', (u) => {
  expect(Math.abs(cosPi(u) - Math.cos(Math.PI * u))).toBeLessThan(1e-15)
})

test('edges', () => {
  expect([exp(-Infinity), exp(0), exp(Infinity), exp(Number.NaN)]).toEqual([0, 1, Infinity, Number.NaN])
  expect([log(0), log(1), log(Infinity), log(-1), log(Number.NaN)]).toEqual([
    -Infinity,
    0,
    Infinity,
    Number.NaN,
    Number.NaN,
  ])
  expect(cosPi(0)).toBeCloseTo(1, 15)
  expect(cosPi(1)).toBeCloseTo(-1, 15)
})
