import type { Head } from '@treadle/keras'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { activate, classify, score } from './score.ts'
import { uniform } from '../../../../test/support/uniform.ts'

const heads: Head[] = [
  {
    units: 4,
    activation: 'softmax',
    loss: 'sparseCategoricalCrossentropy',
    metric: 'accuracy',
  },
  { units: 3, activation: 'softmax', loss: 'categoricalCrossentropy', metric: 'accuracy' },
  { units: 1, activation: 'sigmoid', loss: 'binaryCrossentropy', metric: 'accuracy' },
  { units: 2, activation: 'sigmoid', loss: 'binaryCrossentropy', metric: 'accuracy' },
  { units: 3, activation: 'linear', loss: 'meanSquaredError', metric: 'mae' },
  { units: 3, activation: 'softmax', loss: 'meanSquaredError', metric: 'mae' },
  { units: 2, activation: 'sigmoid', loss: 'meanSquaredError', metric: 'mae' },
  { units: 3, activation: 'linear', loss: 'meanAbsoluteError', metric: 'mae' },
  { units: 3, activation: 'softmax', loss: 'meanAbsoluteError', metric: 'mae' },
  {
    units: 4,
    activation: 'softmax',
    loss: 'sparseCategoricalCrossentropy',
    metric: 'accuracy',
    labelSmoothing: 0.25,
  },
  {
    units: 3,
    activation: 'softmax',
    loss: 'categoricalCrossentropy',
    metric: 'accuracy',
    labelSmoothing: 0.25,
  },
  {
    units: 2,
    activation: 'sigmoid',
    loss: 'binaryCrossentropy',
    metric: 'accuracy',
    labelSmoothing: 0.25,
  },
]

/** Loss of one row by its textbook formula on probabilities. */
function textbook(
  { units, activation, loss, labelSmoothing: s = 0 }: Head,
  z: readonly number[],
  given: ArrayLike<number>,
): number {
  const classes = loss === 'binaryCrossentropy' ? 2 : units
  const y = Array.from({ length: units }, (_, j) => {
    const target = loss === 'sparseCategoricalCrossentropy' ? Number(given[0] === j) : (given[j] as number)
    return target * (1 - s) + s / classes
  })
  const sum = z.reduce((total, v) => total + Math.exp(v), 0)
  const p = z.map((v) =>
    activation === 'softmax' ? Math.exp(v) / sum : activation === 'sigmoid' ? 1 / (1 + Math.exp(-v)) : v,
  )
  switch (loss) {
    case 'sparseCategoricalCrossentropy':
    case 'categoricalCrossentropy':
      return -p.reduce((total, v, j) => total + (y[j] as number) * Math.log(v), 0)
    case 'binaryCrossentropy':
      return (
        -p.reduce(
          (total, v, j) => total + (y[j] as number) * Math.log(v) + (1 - (y[j] as number)) * Math.log(1 - v),
          0,
        ) / units
      )
    case 'meanSquaredError':
      return p.reduce((total, v, j) => total + (v - (y[j] as number)) ** 2, 0) / units
    case 'meanAbsoluteError':
      return p.reduce((total, v, j) => total + Math.abs(v - (y[j] as number)), 0) / units
    default:
      throw new Error(`${loss} is compared with Keras`)
  }
}

describe.each(heads)('$loss on $units $activation, label smoothing $labelSmoothing', (head) => {
  const sparse = head.loss === 'sparseCategoricalCrossentropy'
  const row = fc.record({
    z: fc.array(uniform(-6, 6), {
      minLength: head.units,
      maxLength: head.units,
    }),
    y: sparse
      ? fc.tuple(fc.integer({ min: 0, max: head.units - 1 }))
      : fc.array(uniform(0, 1), {
          minLength: head.units,
          maxLength: head.units,
        }),
    weight: uniform(0, 3),
  })

  test.prop([fc.array(row, { minLength: 1, maxLength: 5 })])(
    'loss within 1e-6 of the textbook, gradient of its differences',
    (rows) => {
      const z = Float32Array.from(rows.flatMap((r) => r.z))
      const y = sparse
        ? Int32Array.from(rows.flatMap((r) => r.y))
        : Float32Array.from(rows.flatMap((r) => r.y))
      const weights = Float32Array.from(rows, (r) => r.weight)
      const slope = new Float32Array(z.length)
      const { loss } = score(head, z, y, weights, slope)
      const width = y.length / rows.length
      const total = (at: number, by: number) =>
        rows.reduce((sum, _, i) => {
          const values = Array.from(
            { length: head.units },
            (__, j) => (z[i * head.units + j] as number) + (i * head.units + j === at ? by : 0),
          )
          return sum + (weights[i] as number) * textbook(head, values, y.subarray(i * width, (i + 1) * width))
        }, 0)
      expect(Math.abs(loss - total(-1, 0))).toBeLessThan(1e-6)
      const h = 1e-5
      slope.forEach((found, at) => {
        // Differences say nothing at the kink of the absolute error.
        if (head.loss === 'meanAbsoluteError' && Math.abs((z[at] as number) - (y[at] as number)) < 10 * h)
          return
        const numeric = (total(at, h) - total(at, -h)) / (2 * h) / rows.length
        expect(Math.abs(found - numeric)).toBeLessThan(1e-6)
      })
    },
  )

  test('logits of ±1e4 give finite losses and gradients', () => {
    const z = Float32Array.from({ length: head.units }, (_, j) => (j % 2 ? 1e4 : -1e4))
    const y = sparse ? Int32Array.of(0) : new Float32Array(head.units).fill(0.5)
    const slope = new Float32Array(head.units)
    expect(Number.isFinite(score(head, z, y, undefined, slope).loss)).toBe(true)
    expect(slope.every(Number.isFinite)).toBe(true)
  })
})

function metric(i: number, z: number[], y: Int32Array | Float32Array): number {
  return score(heads[i] as Head, Float32Array.from(z), y).metric
}

test('metrics count right rows, rows in part, and absolute errors', () => {
  expect(metric(0, [0, 1, 2, 0, 3, 1, 2, 0], Int32Array.of(2, 1))).toBe(1)
  expect(metric(1, [0, 1, 2], Float32Array.of(0, 0.2, 0.8))).toBe(1)
  expect(metric(2, [1, -1], Float32Array.of(1, 1))).toBe(1)
  expect(metric(3, [1, -1], Float32Array.of(1, 1))).toBe(0.5)
  expect(metric(4, [1, 2, 3], Float32Array.of(0, 0, 0))).toBe(2)
})

test('outputs are the activation; ties go to the first class', () => {
  const out = new Float32Array(4)
  activate(heads[0] as Head, Float32Array.of(1, 1, 1, 1), out)
  expect([...out]).toEqual([0.25, 0.25, 0.25, 0.25])
  expect([...classify(heads[0] as Head, out)]).toEqual([0])
  expect([...classify(heads[2] as Head, Float32Array.of(0.5, 0.6))]).toEqual([0, 1])
})
