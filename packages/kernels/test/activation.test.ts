import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { activationKinds } from '../src/index.ts'
import { numbers } from './arbitraries.ts'
import { difference, Harness, padded, padLines } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

/** The normal distribution's probability below x: a series for the middle, a continued fraction for the tails. */
function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  let tail: number
  if (z < 2.5) {
    let [term, sum] = [z, z]
    for (let n = 1; n < 80; n++) {
      term *= -(z * z) / n
      sum += term / (2 * n + 1)
    }
    tail = 0.5 - sum / Math.sqrt(Math.PI)
  } else {
    let fraction = 0
    for (let n = 80; n > 0; n--) fraction = n / 2 / (z + fraction)
    tail = Math.exp(-z * z) / (2 * Math.sqrt(Math.PI) * (z + fraction))
  }
  return x < 0 ? tail : 1 - tail
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x))
/** tanh(log(1 + eˣ)) without a difference of large numbers. */
const mishTerm = (x: number): number => Math.tanh(Math.log1p(Math.exp(x)))
const geluArgument = (x: number): number => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)
const f32 = Math.fround

interface Case {
  kind: keyof typeof activationKinds
  alpha?: number
  beta?: number
  gamma?: number
  f: (x: number) => number
  slope: (x: number) => number
}

/** Functions in float64 with their derivatives. */
const cases: Record<string, Case> = {
  relu6: { kind: 'rectifier', gamma: 6, f: (x) => clamp(x, 0, 6), slope: (x) => (x > 0 && x < 6 ? 1 : 0) },
  'ReLU with slope, threshold and limit': {
    kind: 'rectifier',
    alpha: 0.25,
    beta: 0.5,
    gamma: 2,
    f: (x) => (x > 0.5 ? Math.min(x, 2) : 0.25 * (x - 0.5)),
    slope: (x) => (x > 0.5 ? (x < 2 ? 1 : 0) : 0.25),
  },
  hardSigmoid: {
    kind: 'clip',
    alpha: f32(1 / 6),
    beta: 0.5,
    f: (x) => clamp(f32(1 / 6) * x + 0.5, 0, 1),
    slope: (x) => (Math.abs(x) < 3 ? f32(1 / 6) : 0),
  },
  hardTanh: {
    kind: 'clip',
    alpha: 1,
    gamma: -1,
    f: (x) => clamp(x, -1, 1),
    slope: (x) => (Math.abs(x) < 1 ? 1 : 0),
  },
  elu: {
    kind: 'elu',
    alpha: 0.5,
    beta: 1,
    f: (x) => (x > 0 ? x : 0.5 * Math.expm1(x)),
    slope: (x) => (x > 0 ? 1 : 0.5 * Math.exp(x)),
  },
  selu: {
    kind: 'elu',
    alpha: f32(1.6732632423543772),
    beta: f32(1.0507009873554805),
    f: (x) => f32(1.0507009873554805) * (x > 0 ? x : f32(1.6732632423543772) * Math.expm1(x)),
    slope: (x) => f32(1.0507009873554805) * (x > 0 ? 1 : f32(1.6732632423543772) * Math.exp(x)),
  },
  gelu: {
    kind: 'gelu',
    f: (x) => x * normalBelow(x),
    slope: (x) => normalBelow(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
  },
  geluTanh: {
    kind: 'geluTanh',
    f: (x) => x * sigmoid(geluArgument(x)),
    slope: (x) => {
      const u = geluArgument(x)
      return (
        sigmoid(u) + x * sigmoid(u) * sigmoid(-u) * 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x)
      )
    },
  },
  silu: {
    kind: 'silu',
    f: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
  },
  mish: {
    kind: 'mish',
    f: (x) => x * mishTerm(x),
    slope: (x) => mishTerm(x) + x * (1 - mishTerm(x) ** 2) * sigmoid(x),
  },
  softplus: {
    kind: 'softplus',
    alpha: 1,
    beta: 1,
    f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: sigmoid,
  },
  logSigmoid: {
    kind: 'softplus',
    alpha: -1,
    beta: -1,
    f: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
    slope: (x) => sigmoid(-x),
  },
  softsign: { kind: 'softsign', f: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / (1 + Math.abs(x)) ** 2 },
  exponential: { kind: 'exponential', f: Math.exp, slope: Math.exp },
  hardSilu: {
    kind: 'hardSilu',
    f: (x) => x * clamp(x / 6 + 0.5, 0, 1),
    slope: (x) => (Math.abs(x) < 3 ? x / 3 + 0.5 : x > 0 ? 1 : 0),
  },
  sparsePlus: {
    kind: 'sparsePlus',
    f: (x) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4),
    slope: (x) => clamp((x + 1) / 2, 0, 1),
  },
  squareplus: {
    kind: 'squareplus',
    f: (x) => (x + Math.sqrt(x * x + 4)) / 2,
    slope: (x) => (1 + x / Math.sqrt(x * x + 4)) / 2,
  },
  tanhShrink: {
    kind: 'tanhShrink',
    f: (x) => (Math.abs(x) < 0.01 ? x ** 3 / 3 - (2 * x ** 5) / 15 : x - Math.tanh(x)),
    slope: (x) => Math.tanh(x) ** 2,
  },
  softShrink: {
    kind: 'shrink',
    alpha: 0.5,
    beta: 0.5,
    f: (x) => x - clamp(x, -0.5, 0.5),
    slope: (x) => (Math.abs(x) > 0.5 ? 1 : 0),
  },
  hardShrink: {
    kind: 'shrink',
    alpha: 0.5,
    f: (x) => (Math.abs(x) > 0.5 ? x : 0),
    slope: (x) => (Math.abs(x) > 0.5 ? 1 : 0),
  },
}

const size = fc.record({
  samples: fc.integer({ min: 1, max: 4 }),
  lines: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 1, max: 9 }),
  shards: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  range: fc.constantFrom(0.01, 1, 8, 80),
})

describe.each(Object.entries(cases))('%s', (_, { kind: name, f, slope, ...given }) => {
  const constants = { kind: activationKinds[name], alpha: 0, beta: 0, gamma: 0, ...given }

  test.prop([size, fc.boolean()], { numRuns: 40 })(
    'forward to 4e-7 of the value, the slope to 1e-6 of the largest, padding 0',
    ({ samples, lines, width, shards, seed, range }, accumulate) => {
      harness.clear()
      const stride = padded(width)
      const row = 4 * stride
      const values = numbers(samples * lines * width, seed).map((v) => f32(v * range))
      const x = harness.room(padLines(values, width, stride))
      const y = harness.room(new Float32Array(samples * lines * stride).fill(accumulate ? 2 : 9))
      const common = { ...constants, width, lines, accumulate: accumulate ? 1 : 0 }
      const settings = { rows: samples, shards }
      harness.run('activate', { ...common, x: x.address, xRow: row, y: y.address, yRow: row }, settings)
      const base = accumulate ? 2 : 0
      padLines(values.map(f), width, stride).forEach((e, i) => {
        const off = Math.abs((y.floats[i] as number) - (e + base))
        expect(off).toBeLessThanOrEqual(
          4e-7 * Math.abs(e) + 1.2e-7 * (base + (name === 'clip' ? 1 : 0)) + 1e-37,
        )
      })
      const slopes = numbers(values.length, seed + 1).map(f32)
      const dy = harness.room(padLines(slopes, width, stride))
      const dx = harness.room(new Float32Array(x.floats.length).fill(accumulate ? 2 : 9))
      harness.run(
        'activateBackward',
        {
          ...common,
          value: x.address,
          valueRow: row,
          dy: dy.address,
          dyRow: row,
          dx: dx.address,
          dxRow: row,
        },
        settings,
      )
      const expected = padLines(
        values.map((v, i) => slope(v) * (slopes[i] as number)),
        width,
        stride,
      )
      expect(
        difference(
          dx.floats,
          expected.map((v) => v + base),
          1,
        ),
      ).toBeLessThan(1e-6)
    },
  )

  test('keeps NaN, and gives no NaN for infinity where the function has a value', () => {
    const x = harness.room([NaN, Infinity, -Infinity, -0])
    const y = harness.room(4)
    const operands = { ...constants, x: x.address, xRow: 16, y: y.address, yRow: 16, width: 3, lines: 1 }
    harness.run('activate', { ...operands, accumulate: 0 }, { rows: 1 })
    expect(y.floats[0]).toBeNaN()
    expect(y.floats[3]).toBe(0)
    for (const [i, v] of [Infinity, -Infinity].entries())
      if (!Number.isNaN(f(v))) expect(y.floats[i + 1]).toBeCloseTo(f(v), 6)
  })
})

test.prop([size], { numRuns: 40 })(
  'logSoftmax and its gradient (tolerance 1e-6 · largest), padding 0',
  (c) => {
    harness.clear()
    const { samples, lines, width, shards, seed, range } = c
    const stride = padded(width)
    const row = 4 * stride
    const values = numbers(samples * lines * width, seed).map((v) => f32(v * range))
    const slopes = numbers(values.length, seed + 1).map(f32)
    const [x, dy] = [
      harness.room(padLines(values, width, stride)),
      harness.room(padLines(slopes, width, stride)),
    ]
    const [y, dx] = [harness.room(x.floats.length), harness.room(x.floats.length)]
    const settings = { rows: samples, shards }
    harness.run('logSoftmax', { x: x.address, xRow: row, y: y.address, yRow: row, width, lines }, settings)
    harness.run(
      'logSoftmaxBackward',
      {
        y: y.address,
        yRow: row,
        dy: dy.address,
        dyRow: row,
        dx: dx.address,
        dxRow: row,
        width,
        lines,
        accumulate: 0,
      },
      settings,
    )
    const logs: number[] = []
    const gradients: number[] = []
    for (let at = 0; at < values.length; at += width) {
      const line = Array.from(values.subarray(at, at + width))
      const most = Math.max(...line)
      const shift = most + Math.log(line.reduce((sum, v) => sum + Math.exp(v - most), 0))
      const total = slopes.slice(at, at + width).reduce((sum, v) => sum + v, 0)
      line.forEach((v, j) => {
        logs.push(v - shift)
        gradients.push((slopes[at + j] as number) - Math.exp(v - shift) * total)
      })
    }
    expect(difference(y.floats, padLines(logs, width, stride), 1)).toBeLessThan(1e-6)
    expect(difference(dx.floats, padLines(gradients, width, stride), 1)).toBeLessThan(1e-6)
  },
)

test.prop([size, fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()], { numRuns: 60 })(
  'PReLU and its gradients, with factors shared along rows, columns and channels (tolerance 1e-6 · largest)',
  ({ samples, lines: rows, width, shards, seed, range }, shareRows, shareColumns, single, accumulate) => {
    harness.clear()
    const columns = 2
    const stride = padded(width)
    const row = 4 * stride
    const values = numbers(samples * rows * columns * width, seed).map((v) => f32(v * range))
    const slopes = numbers(values.length, seed + 1).map(f32)
    const floats = single ? 1 : stride
    const alphaColumn = shareColumns ? 0 : 4 * floats
    const alphaRow = shareRows ? 0 : 4 * floats * (shareColumns ? 1 : columns)
    const count = Math.ceil(((shareRows ? 1 : rows) * (shareColumns ? 1 : columns) * floats) / 4) * 4
    const alphas = numbers(count, seed + 2).map((v, i) => (single || i % stride < width ? f32(v) : 0))
    const [x, dy] = [
      harness.room(padLines(values, width, stride)),
      harness.room(padLines(slopes, width, stride)),
    ]
    const alpha = harness.room(alphas)
    const y = harness.room(x.floats.length)
    const dx = harness.room(new Float32Array(x.floats.length).fill(accumulate ? 2 : 9))
    const dAlpha = harness.room(count * shards)
    const factors = {
      alpha: alpha.address,
      alphaRow,
      alphaColumn,
      single: single ? 1 : 0,
      width,
      rows,
      columns,
    }
    const settings = { rows: samples, shards }
    harness.run('prelu', { x: x.address, xRow: row, y: y.address, yRow: row, ...factors }, settings)
    const gradients = { dy: dy.address, dyRow: row, dx: dx.address, dxRow: row }
    const sums = { dAlpha: dAlpha.address, dAlphaShard: 4 * count, count }
    harness.run(
      'preluBackward',
      { x: x.address, xRow: row, ...gradients, ...factors, ...sums, accumulate: accumulate ? 1 : 0 },
      settings,
    )
    const outputs: number[] = []
    const inputs: number[] = []
    const expected = new Float64Array(count)
    values.forEach((v, i) => {
      const line = Math.floor(i / width) % (rows * columns)
      const at =
        (Math.floor(line / columns) * alphaRow + (line % columns) * alphaColumn) / 4 +
        (single ? 0 : i % width)
      const a = alphas[at] as number
      const d = slopes[i] as number
      outputs.push(v > 0 ? v : a * v)
      inputs.push((v > 0 ? d : a * d) + (accumulate ? 2 : 0))
      expected[at] = (expected[at] as number) + d * Math.min(v, 0)
    })
    expect(difference(y.floats, padLines(outputs, width, stride), 1)).toBeLessThan(1e-6)
    const inside = padLines(inputs, width, stride)
    inside.forEach((_, i) => (inside[i] = i % stride < width ? (inside[i] as number) : accumulate ? 2 : 0))
    expect(difference(dx.floats, inside, 1)).toBeLessThan(1e-6)
    const found = new Float64Array(count)
    dAlpha.floats.forEach((v, i) => (found[i % count] = (found[i % count] as number) + v))
    expect(difference(found, expected, 1)).toBeLessThan(1e-6)
  },
)
