import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { gridOf, parameterOf, valueAtShare } from './parameters.ts'

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((value) => value)

describe('values stay within their range', () => {
  test.prop([
    share,
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  ])('uniform', (at, low, width) => {
    const value = valueAtShare(parameterOf('p', { uniform: [low, low + width] }), at) as number
    expect(value >= low && value <= low + width).toBe(true)
  })

  test.prop([share, fc.integer({ min: 1, max: 1000 }), fc.nat(1000)])('logInt', (at, low, width) => {
    const value = valueAtShare(parameterOf('p', { logInt: [low, low + width] }), at) as number
    expect(Number.isInteger(value) && value >= low && value <= low + width).toBe(true)
  })

  test.prop([share, fc.integer({ min: -50, max: 50 }), fc.nat(100), fc.integer({ min: 1, max: 9 })])(
    'int with a step',
    (at, low, width, step) => {
      const parameter = parameterOf('p', { int: [low, low + width], step })
      expect(gridOf(parameter)).toContain(valueAtShare(parameter, at))
    },
  )
})

test.each([
  [{ uniform: [0, 10] }, 0.25, 2.5],
  [{ logUniform: [1e-4, 1] }, 0.5, 0.01],
  [{ logUniform: [1e-4, 1] }, 0.123456, 0.000311763],
  [{ int: [1, 4] }, 0.99, 4],
  [{ int: [1, 10], step: 4 }, 0.99, 9],
  [{ choice: ['a', 'b', 'c'] }, 0.67, 'c'],
] as const)('%j at %f is %s', (given, at, value) => {
  expect(valueAtShare(parameterOf('p', given as never), at)).toBe(value)
})

test.each([
  [{ uniform: [0, 1], points: 3 }, [0, 0.5, 1]],
  [{ uniform: [2, 3], points: 1 }, [2]],
  [{ logUniform: [1e-3, 1], points: 4 }, [0.001, 0.01, 0.1, 1]],
  [{ logInt: [1, 4], points: 5 }, [1, 2, 3, 4]],
  [{ int: [1, 6], step: 2 }, [1, 3, 5]],
] as const)('the grid of %j', (given, values) => {
  expect(gridOf(parameterOf('p', given as never))).toEqual(values)
})
