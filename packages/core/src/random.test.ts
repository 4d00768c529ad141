import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { Purpose, RandomStream, dropoutMask, permutation } from './random.ts'

const seed = fc.integer({ min: 0, max: 0xffffffff })

describe('RandomStream', () => {
  test.prop([seed, fc.array(fc.nat(10_000), { minLength: 1 })])(
    'does not depend on the order of asking',
    (s, indices) => {
      const one = new RandomStream(s, Purpose.shuffle, { epoch: 3 })
      const forward = indices.map((i) => one.at(i))
      const other = new RandomStream(s, Purpose.shuffle, { epoch: 3 })
      expect(
        indices
          .toReversed()
          .map((i) => other.at(i))
          .toReversed(),
      ).toEqual(forward)
    },
  )

  test.prop([seed, fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(1000)])(
    'below stays below',
    (s, bound, index) => {
      const value = new RandomStream(s, Purpose.split).below(bound, index)
      expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true)
    },
  )

  test('purposes, epochs, steps and streams differ', () => {
    const draws = [
      new RandomStream(1, Purpose.weights),
      new RandomStream(1, Purpose.dropout),
      new RandomStream(1, Purpose.weights, { epoch: 1 }),
      new RandomStream(1, Purpose.weights, { step: 1 }),
      new RandomStream(1, Purpose.weights, { stream: 1 }),
      new RandomStream(2, Purpose.weights),
    ].map((stream) => stream.at(0))
    expect(new Set(draws).size).toBe(draws.length)
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 32])('refuses seed %d', (bad) => {
    expect(() => new RandomStream(bad, Purpose.weights)).toThrow(/must be an integer/)
  })

  test('uniform has mean 1/2 and variance 1/12', () => {
    const stream = new RandomStream(7, Purpose.weights)
    const n = 40_000
    let sum = 0
    let squares = 0
    for (let i = 0; i < n; i++) {
      const u = stream.uniform(i)
      sum += u
      squares += u * u
    }
    expect(sum / n).toBeCloseTo(0.5, 2)
    expect(squares / n - (sum / n) ** 2).toBeCloseTo(1 / 12, 2)
  })
})

test.prop([seed, fc.nat(500)])('a permutation holds every index once', (s, count) => {
  const order = permutation(count, new RandomStream(s, Purpose.shuffle))
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
})

test.each([0, 0.1, 0.5, 0.9, 1])('dropout keeps 1 − %d of the elements', (rate) => {
  const mask = new Uint8Array(65_536)
  dropoutMask(new RandomStream(3, Purpose.dropout), rate, mask)
  const kept = mask.reduce((sum, bit) => sum + bit, 0) / mask.length
  expect(Math.abs(kept - (1 - rate))).toBeLessThan(0.01)
})
