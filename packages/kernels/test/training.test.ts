import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { numbers, rows, seed, shards } from './arbitraries.ts'
import { difference, Harness, padded, padLines, type Room } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

const losses = [
  'sparseCrossEntropy',
  'categoricalCrossEntropy',
  'binaryCrossEntropy',
  'squaredError',
  'absoluteError',
] as const
type LossName = (typeof losses)[number]

const best = (v: Float64Array) => v.indexOf(Math.max(...v))

/** Loss, metric and dLoss/dz of one row, in float64. */
function rowLoss(
  name: LossName,
  z: Float64Array,
  given: Float64Array,
  smoothing: number,
): { loss: number; metric: number; slope: Float64Array } {
  const most = Math.max(...z)
  const sum = z.reduce((a, v) => a + Math.exp(v - most), 0)
  const n = z.length
  const t = given.map((v) => v * (1 - smoothing) + smoothing / (name === 'binaryCrossEntropy' ? 2 : n))
  switch (name) {
    case 'squaredError':
    case 'absoluteError': {
      const e = z.map((v, j) => v - given[j]!)
      const mae = e.reduce((a, v) => a + Math.abs(v), 0) / n
      if (name === 'absoluteError') return { loss: mae, metric: mae, slope: e.map((v) => Math.sign(v) / n) }
      return {
        loss: e.reduce((a, v) => a + v * v, 0) / n,
        metric: mae,
        slope: e.map((v) => (2 * v) / n),
      }
    }
    case 'binaryCrossEntropy': {
      const p = z.map((v) => 1 / (1 + Math.exp(-v)))
      return {
        loss:
          z.reduce((a, v, j) => a + Math.max(v, 0) - v * t[j]! + Math.log1p(Math.exp(-Math.abs(v))), 0) / n,
        metric: p.reduce((a, v, j) => a + ((Math.fround(v) > 0.5 ? 1 : 0) === given[j] ? 1 : 0), 0) / n,
        slope: p.map((v, j) => (v - t[j]!) / n),
      }
    }
    default: {
      const mass = t.reduce((a, v) => a + v, 0)
      const logSum = most + Math.log(sum)
      return {
        loss: t.reduce((a, v, j) => a + v * (logSum - z[j]!), 0),
        metric: best(z) === best(given) ? 1 : 0,
        slope: z.map((v, j) => (mass * Math.exp(v - most)) / sum - t[j]!),
      }
    }
  }
}

describe.each(losses)('%s', (name) => {
  test.prop([
    rows,
    fc.integer({ min: 1, max: 13 }),
    shards,
    seed,
    fc.constantFrom(1, 10, 80),
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom(0, 0.25),
  ])(
    'loss, metric and gradient are those of float64 to 1e-6, sure answers included',
    (r, units, s, from, range, weighted, penalized, smoothing) => {
      harness.clear()
      const stride = padded(units)
      const z = numbers(r * units, from).map((v) => v * range)
      const labels = numbers(r, from + 1).map((v) => Math.floor(((v + 1) / 2) * units))
      const t = Float32Array.from({ length: r * units }, (_, i) => {
        if (name === 'squaredError' || name === 'absoluteError') return numbers(r * units, from + 2)[i]!
        if (name === 'binaryCrossEntropy') return labels[Math.floor(i / units)]! % 2
        return labels[Math.floor(i / units)] === i % units ? 1 : 0
      })
      const logits = harness.room(padLines(z, units, stride))
      let targets: number
      if (name === 'sparseCrossEntropy') {
        const room = harness.bytes(4 * r)
        new Int32Array(harness.memory.buffer, room.address, r).set(labels)
        targets = room.address
      } else targets = harness.room(t).address
      const weights = numbers(r, from + 3).map((v) => v + 1)
      const g = harness.room(r * stride)
      const partials = harness.bytes(16 * s)
      const penalties = harness.bytes(24)
      new Float64Array(harness.memory.buffer, penalties.address, 3).set([0.5, 0.25, 1])
      harness.run(
        name,
        {
          logits: logits.address,
          row: 4 * stride,
          units,
          targets,
          weights: weighted ? harness.room(weights).address : 0,
          gradients: g.address,
          gradientRow: 4 * stride,
          partials: partials.address,
          smoothing,
          scale: 1,
          delta: 1,
        },
        { rows: r, shards: s },
      )
      harness.run(
        'finishLoss',
        {
          partials: partials.address,
          penalties: penalties.address,
          penaltyCount: penalized ? 3 : 0,
          index: 0,
        },
        { rows: r, shards: s },
      )
      let [loss, metric] = [0, 0]
      const slopes = new Float64Array(r * units)
      for (let i = 0; i < r; i++) {
        const row = rowLoss(
          name,
          Float64Array.from(z.subarray(i * units, (i + 1) * units)),
          Float64Array.from(t.subarray(i * units, (i + 1) * units)),
          smoothing,
        )
        const w = weighted ? weights[i]! : 1
        loss += w * row.loss
        metric += row.metric
        slopes.set(
          row.slope.map((v) => (v * w) / r),
          i * units,
        )
      }
      loss = loss / r + (penalized ? 1.75 : 0)
      expect(Math.abs(harness.result[0]! - loss)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(loss)))
      expect(harness.result[1]).toBeCloseTo(metric, 9)
      const expected = padLines(slopes, units, stride)
      g.floats.forEach((v, i) =>
        expect(Math.abs(v - expected[i]!)).toBeLessThanOrEqual(2e-7 * Math.abs(expected[i]!) + 1e-15),
      )
    },
  )
})

test('a label outside the classes gives NaN, not a number from elsewhere', () => {
  const labels = harness.bytes(4)
  new Int32Array(harness.memory.buffer, labels.address, 1)[0] = 7
  const partials = harness.bytes(16)
  const g = harness.room(4)
  harness.run(
    'sparseCrossEntropy',
    {
      logits: harness.room([1, 2, 3, 0]).address,
      row: 16,
      units: 3,
      targets: labels.address,
      weights: 0,
      gradients: g.address,
      gradientRow: 16,
      partials: partials.address,
      smoothing: 0,
      scale: 1,
      delta: 1,
    },
    { rows: 1 },
  )
  expect(new Float64Array(harness.memory.buffer, partials.address, 1)[0]).toBeNaN()
})

const f = Math.fround
const count = fc.integer({ min: 1, max: 40 }).map((n) => 4 * n)

/** Sum of the parts of a gradient, and a penalty's, rounded as the kernels do. */
function joined(parts: Float32Array, n: number, w: Float32Array, l1: number, l2: number): Float32Array {
  return w.map((value, i) => {
    let g = parts[i]!
    for (let s = 1; s < parts.length / n; s++) g = f(g + parts[s * n + i]!)
    return l1 || l2 ? f(f(g + f(f(l1) * Math.sign(value))) + f(f(2 * f(l2)) * value)) : g
  })
}

/** The factors come from float32 words at an address. */
function tables(stepSize: number, learningRate: number) {
  return { scalars: harness.room([learningRate, stepSize]).address, scalarCount: 2 }
}

describe('updates are those of Keras, to the bit', () => {
  test.prop([
    count,
    shards,
    fc.integer({ min: 1, max: 5 }),
    seed,
    fc.constantFrom(0, 0.004),
    fc.constantFrom(0, 0.01),
    fc.constantFrom(1, 0.3),
  ])('adam and adamW', (n, s, parts, from, decay, l, multiplier) => {
    harness.clear()
    const [w, m] = [numbers(n, from), numbers(n, from + 1)]
    const v = numbers(n, from + 2).map(Math.abs)
    const g = numbers(parts * n, from + 3)
    const [weights, first, second] = [w, m, v].map((values) => harness.room(values)) as [Room, Room, Room]
    harness.run(
      'adam',
      {
        weights: weights.address,
        gradients: harness.room(g).address,
        part: 4 * n,
        parts,
        count: n,
        first: first.address,
        second: second.address,
        secondMax: 0,
        c1: 1 - 0.9,
        c2: 1 - 0.999,
        epsilon: 1e-7,
        multiplier,
        decay,
        l1: l,
        l2: l,
      },
      { rows: 1, shards: s, ...tables(0.002, 0.001) },
    )
    const gradient = joined(g, n, w, l, l)
    const [rate, alpha] = [f(f(0.001) * f(multiplier)), f(f(0.002) * f(multiplier))]
    for (let i = 0; i < n; i++) {
      const start = decay ? f(w[i]! - f(f(w[i]! * f(decay)) * rate)) : w[i]!
      const mi = f(m[i]! + f(f(gradient[i]! - m[i]!) * f(1 - 0.9)))
      const vi = f(v[i]! + f(f(f(gradient[i]! * gradient[i]!) - v[i]!) * f(1 - 0.999)))
      expect(first.floats[i]).toBe(mi)
      expect(second.floats[i]).toBe(vi)
      expect(weights.floats[i]).toBe(f(start - f(f(mi * alpha) / f(f(Math.sqrt(vi)) + f(1e-7)))))
    }
  })

  test.prop([count, shards, seed, fc.constantFrom(0, 0.9), fc.boolean()])(
    'sgd',
    (n, s, from, momentum, nesterov) => {
      harness.clear()
      const [w, m, g] = [numbers(n, from), numbers(n, from + 1), numbers(n, from + 2)]
      const [weights, first] = [harness.room(w), harness.room(m)]
      harness.run(
        'sgd',
        {
          weights: weights.address,
          gradients: harness.room(g).address,
          part: 0,
          parts: 1,
          count: n,
          first: momentum ? first.address : 0,
          momentum,
          nesterov: nesterov ? 1 : 0,
          multiplier: 1,
          decay: 0,
          l1: 0,
          l2: 0,
        },
        { rows: 1, shards: s, ...tables(0.01, 0.01) },
      )
      for (let i = 0; i < n; i++) {
        const step = f(g[i]! * f(0.01))
        const moved = f(f(m[i]! * f(0.9)) - step)
        const expected = momentum
          ? f(w[i]! + (nesterov ? f(f(moved * f(0.9)) - step) : moved))
          : f(w[i]! - step)
        expect(weights.floats[i]).toBe(expected)
      }
    },
  )
})

test.prop([count, shards, seed, fc.boolean(), fc.constantFrom(0.01, 100)])(
  'clipping leaves a norm of at most the limit',
  (n, s, from, together, limit) => {
    harness.clear()
    const [w, g] = [numbers(n, from), numbers(3 * n, from + 1)]
    const out = harness.room(n)
    const norms = harness.bytes(8 * s)
    harness.run(
      'joinGradient',
      {
        weights: harness.room(w).address,
        gradients: harness.room(g).address,
        part: 4 * n,
        parts: 3,
        count: n,
        out: out.address,
        l1: 0.5,
        l2: 0.1,
        norms: norms.address,
      },
      { rows: 1, shards: s },
    )
    const expected = joined(g, n, w, 0.5, 0.1)
    expect(out.floats).toEqual(expected)
    harness.run(
      'clipGradient',
      {
        gradients: out.address,
        count: n,
        norms: norms.address,
        normCount: s,
        limit,
        together: together ? 1 : 0,
      },
      { rows: 1, shards: s },
    )
    const norm = Math.sqrt(expected.reduce((a, v) => a + v * v, 0))
    expect(
      difference(
        out.floats,
        expected.map((v) => (v * limit) / Math.max(norm, limit)),
      ),
    ).toBeLessThan(1e-6)
  },
)

test.prop([count, shards, seed])('a penalty is l1·Σ|w| + l2·Σw² over the shards', (n, s, from) => {
  harness.clear()
  const w = numbers(n, from)
  const out = harness.bytes(8 * s)
  harness.run(
    'penalty',
    { weights: harness.room(w).address, count: n, l1: 0.5, l2: 0.25, out: out.address },
    { rows: 1, shards: s },
  )
  const total = new Float64Array(harness.memory.buffer, out.address, s).reduce((a, v) => a + v, 0)
  expect(total).toBeCloseTo(
    w.reduce((a, v) => a + 0.5 * Math.abs(v) + 0.25 * v * v, 0),
    5,
  )
})

test.prop([
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 20 }),
  shards,
  seed,
  fc.constantFrom(1, 0.7),
])(
  'constrained norms are those of float64 to 1e-6, whatever the shards; other floats stay',
  (norms, size, s, from, rate) => {
    harness.clear()
    const total = norms * size
    const values = numbers(2 * total, from)
    const weights = harness.room(values)
    // Every second float in another order.
    const positions = Int32Array.from({ length: total }, (_, i) => 2 * ((i * 7 + (from % total)) % total))
    const unique = new Set(positions).size === total ? positions : positions.map((_, i) => 2 * i)
    const table = harness.bytes(4 * total)
    table.view.set(new Uint8Array(unique.buffer))
    const expected = Float32Array.from(values)
    for (let n = 0; n < norms; n++) {
      const own = unique.subarray(n * size, (n + 1) * size)
      const norm = Math.sqrt(own.reduce((sum, at) => sum + (values[at] as number) ** 2, 0))
      const desired = rate * Math.min(Math.max(norm, 0.5), 1.5) + (1 - rate) * norm
      for (const at of own) expected[at] = ((values[at] as number) * desired) / (1e-7 + norm)
    }
    harness.run(
      'constrainNorms',
      { weights: weights.address, table: table.address, groups: norms, size, least: 0.5, most: 1.5, rate },
      { rows: 1, shards: s },
    )
    expect(difference(weights.floats, expected)).toBeLessThan(1e-6)
    weights.floats.forEach((v, i) => i % 2 === 1 && expect(v).toBe(values[i]))
  },
)

test.prop([fc.integer({ min: 1, max: 20 }), shards, seed])(
  'clipped weights lie within their limits',
  (vectors, s, from) => {
    harness.clear()
    const values = numbers(4 * vectors, from)
    const weights = harness.room(values)
    harness.run(
      'clipWeights',
      { weights: weights.address, count: 4 * vectors, least: 0, most: Infinity },
      { rows: 1, shards: s },
    )
    expect(weights.floats.map((v) => v + 0)).toEqual(values.map((v) => Math.max(v, 0)))
  },
)
