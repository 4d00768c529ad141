import { fc, test } from '@fast-check/vitest'
import { dropoutMask, normalNoise, permutation, Purpose, RandomStream } from '@treadle/core'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { mapOperands } from '../src/index.ts'
import { lines, numbers, rows, seed, shards, width } from './arbitraries.ts'
import { difference, Harness, padded, padLines } from './harness.ts'
import { uniform } from '../../../test/support/uniform.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

/** Operands of a value that lies by itself: its address and line stride. */
function place(values: Float32Array, w: number) {
  const stride = padded(w)
  const room = harness.room(padLines(values, w, stride))
  return { room, row: 4 * stride }
}

describe('gather and scatter', () => {
  test.prop([rows, lines, width, shards, seed])(
    'bytes come as fround(v / 255), by order, padding 0',
    (r, l, w, s, from) => {
      harness.clear()
      const count = 3 * r
      const source = harness.bytes(count * l * w)
      source.view.set(Uint8Array.from(numbers(count * l * w, from), (v) => Math.floor(128 + 128 * v)))
      const order = permutation(count, new RandomStream(from, Purpose.shuffle))
      const orderRoom = harness.bytes(4 * count)
      orderRoom.view.set(new Uint8Array(order.buffer))
      const out = harness.room(r * l * padded(w))
      harness.run(
        'gatherBytes',
        {
          source: source.address,
          target: out.address,
          lines: l,
          width: w,
          row: 4 * padded(w),
          high: 257 / 65536,
          low: Math.fround(1 / 255 - 257 / 65536),
        },
        { rows: r, shards: s, step: 1, order: orderRoom.address },
      )
      const expected = Array.from(order.subarray(r, 2 * r)).flatMap((row) =>
        [...source.view.subarray(row * l * w, (row + 1) * l * w)].map((v) => Math.fround(v / 255)),
      )
      expect(out.floats).toEqual(padLines(expected, w, padded(w)))
    },
  )

  test('all 256 bytes', () => {
    const source = harness.bytes(256)
    source.view.set(Uint8Array.from({ length: 256 }, (_, v) => v))
    const out = harness.room(256)
    harness.run(
      'gatherBytes',
      {
        source: source.address,
        target: out.address,
        lines: 1,
        width: 256,
        row: 1024,
        high: 257 / 65536,
        low: Math.fround(1 / 255 - 257 / 65536),
      },
      { rows: 1 },
    )
    expect([...out.floats]).toEqual(Array.from({ length: 256 }, (_, v) => Math.fround(v / 255)))
  })

  test.prop([rows, lines, width, shards, seed])(
    'floats come as they are, and go back unpadded',
    (r, l, w, s, from) => {
      harness.clear()
      const values = numbers(r * l * w, from)
      const source = harness.room(values)
      const padding = padded(w)
      const middle = harness.room(r * l * padding)
      const shape = { lines: l, width: w, row: 4 * padding }
      harness.run(
        'gatherFloats',
        { source: source.address, target: middle.address, ...shape },
        { rows: r, shards: s },
      )
      expect(middle.floats).toEqual(padLines(values, w, padding))
      const back = harness.room(values.length)
      harness.run(
        'scatterRows',
        { source: middle.address, target: back.address, ...shape },
        { rows: r, shards: s },
      )
      expect(back.floats).toEqual(values)
    },
  )

  test.prop([rows, width, shards, seed, fc.boolean()])(
    'relayout goes by its table, -1 gives 0',
    (r, w, s, from, accumulate) => {
      harness.clear()
      const values = numbers(r * w, from)
      const table = Int32Array.from({ length: w + 3 }, (_, j) => (j % 5 === 4 ? -1 : (j * 7) % w))
      const room = harness.bytes(table.byteLength)
      room.view.set(new Uint8Array(table.buffer))
      const out = harness.room(new Float32Array(r * table.length).fill(2))
      harness.run(
        'relayout',
        {
          source: harness.room(values).address,
          sourceSample: 4 * w,
          target: out.address,
          targetSample: 4 * table.length,
          table: room.address,
          count: table.length,
          accumulate: accumulate ? 1 : 0,
        },
        { rows: r, shards: s },
      )
      const expected = Array.from({ length: r * table.length }, (_, i) => {
        const index = table[i % table.length] as number
        const value = index < 0 ? 0 : (values[Math.floor(i / table.length) * w + index] as number)
        return Math.fround(value + (accumulate ? 2 : 0))
      })
      expect([...out.floats]).toEqual(expected)
    },
  )
})

describe('random numbers', () => {
  test.prop([rows, fc.integer({ min: 1, max: 100 }), shards, uniform(0, 1), fc.nat(), fc.nat(), fc.nat(9)])(
    'a mask has the bits of core for its seed, epoch, step and stream',
    (r, size, s, rate, from, epoch, stream) => {
      harness.clear()
      const mask = harness.bytes(2 * (r * size + 64))
      const step = 3
      harness.run(
        'drawMask',
        { mask: mask.address, size, threshold: Math.floor(rate * 65536 + 0.5), stream },
        { rows: r, shards: s, step, seed: from, epoch },
      )
      const expected = new Uint8Array(r * size)
      dropoutMask(new RandomStream(from, Purpose.dropout, { epoch, step, stream }), rate, expected)
      const found = new Int16Array(harness.memory.buffer, mask.address, r * size)
      expect(Array.from(found, (v) => (v === -1 ? 1 : v))).toEqual([...expected])
    },
  )

  test.prop([rows, fc.integer({ min: 1, max: 90 }), shards, seed, fc.nat(9), fc.nat(9), fc.nat(9)])(
    'draws the noise of @treadle/core, whatever the shards',
    (r, size, s, from, step, epoch, stream) => {
      harness.clear()
      const noise = harness.bytes(4 * (r * size + 32))
      harness.run(
        'drawNoise',
        { noise: noise.address, size, stream },
        { rows: r, shards: s, step, seed: from, epoch },
      )
      const expected = new Float32Array(r * size)
      normalNoise(new RandomStream(from, Purpose.dropout, { epoch, step, stream }), expected)
      expect(new Float32Array(harness.memory.buffer, noise.address, r * size)).toEqual(expected)
    },
  )

  test('noise far from the middle is that of @treadle/core', () => {
    const count = 1 << 18
    const noise = harness.bytes(4 * (count + 32))
    harness.run('drawNoise', { noise: noise.address, size: count, stream: 0 }, { rows: 1, seed: 3 })
    const expected = new Float32Array(count)
    normalNoise(new RandomStream(3, Purpose.dropout), expected)
    // Both polynomials: the second one begins at 2.5.
    expect(Math.max(...expected.subarray(0, 100_000))).toBeGreaterThan(4)
    expect(new Float32Array(harness.memory.buffer, noise.address, count)).toEqual(expected)
  })

  test.prop([rows, lines, width, shards, seed, fc.boolean(), fc.boolean()])(
    'noise is added or multiplied, padding 0',
    (r, l, w, s, from, multiplies, accumulate) => {
      harness.clear()
      const values = numbers(r * l * w, from)
      const drawn = numbers(values.length + 16, from + 1)
      const noise = harness.room(drawn)
      const x = place(values, w)
      const y = place(new Float32Array(values.length).fill(1), w)
      harness.run(
        'applyNoise',
        {
          x: x.room.address,
          xRow: x.row,
          y: y.room.address,
          yRow: y.row,
          width: w,
          lines: l,
          noise: noise.address,
          noiseRow: 4 * w,
          deviation: 0.75,
          multiplies: multiplies ? 1 : 0,
          accumulate: accumulate ? 1 : 0,
        },
        { rows: r, shards: s },
      )
      const f = Math.fround
      const expected = values.map((v, i) => {
        const n = f(f(0.75) * (drawn[i] as number))
        return f(f(multiplies ? v * f(n + 1) : v + n) + (accumulate ? 1 : 0))
      })
      expect(y.room.floats.map((v) => v + 0)).toEqual(padLines(expected, w, padded(w)).map((v) => v + 0))
    },
  )

  test.prop([rows, lines, width, shards, seed])(
    'a mask selects scaled and shifted values or a constant, padding 0',
    (r, l, w, s, from) => {
      harness.clear()
      const values = numbers(r * l * w, from)
      const bits = Int16Array.from(numbers(values.length + 64, from + 1), (v) => (v > 0 ? -1 : 0))
      const mask = harness.bytes(bits.byteLength)
      mask.view.set(new Uint8Array(bits.buffer))
      const x = place(values, w)
      const y = harness.room(r * l * padded(w))
      harness.run(
        'selectMask',
        {
          x: x.room.address,
          xRow: x.row,
          y: y.address,
          yRow: 4 * padded(w),
          width: w,
          lines: l,
          mask: mask.address,
          maskRow: 2 * w,
          scale: 2,
          shift: 0.25,
          dropped: -1.5,
        },
        { rows: r, shards: s },
      )
      const expected = values.map((v, i) => (bits[i] ? Math.fround(2 * v + 0.25) : -1.5))
      expect(y.floats).toEqual(padLines(expected, w, padded(w)))
    },
  )

  test.prop([rows, lines, width, shards, seed, fc.boolean()])(
    'a mask keeps what it keeps, times scale',
    (r, l, w, s, from, accumulate) => {
      harness.clear()
      const values = numbers(r * l * w, from)
      const bits = Int16Array.from(numbers(values.length + 64, from + 1), (v) => (v > 0 ? -1 : 0))
      const mask = harness.bytes(bits.byteLength)
      mask.view.set(new Uint8Array(bits.buffer))
      const x = place(values, w)
      const y = place(new Float32Array(values.length).fill(1), w)
      harness.run(
        'applyMask',
        {
          x: x.room.address,
          xRow: x.row,
          y: y.room.address,
          yRow: y.row,
          width: w,
          lines: l,
          mask: mask.address,
          maskRow: 2 * w,
          scale: 2,
          accumulate: accumulate ? 1 : 0,
        },
        { rows: r, shards: s },
      )
      const expected = values.map((v, i) => (bits[i] ? 2 * v : 0) + (accumulate ? 1 : 0))
      expect(y.room.floats.map((v) => v + 0)).toEqual(padLines(expected, w, padded(w)).map((v) => v + 0))
    },
  )
})

describe('batch normalisation', () => {
  test.prop([rows, lines, width, shards, seed, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 4 })], {
    numRuns: 60,
  })(
    'forward and backward are those of float64 to 1e-4, also where the mean is a thousand deviations, into maps with a border, and with a ReLU after it',
    (r, l, w, s, from, far, relu, perRow) => {
      harness.clear()
      const n = r * l
      const stride = padded(w)
      const values = numbers(n * w, from).map((v) => v + (far ? 1000 : 0))
      const slopes = numbers(n * w, from + 1)
      const x = place(values, w)
      const dy = place(slopes, w)
      const vector = (offset: number) => padLines(numbers(w, from + offset), w, stride)
      const [gamma, beta] = [harness.room(vector(2)), harness.room(vector(3))]
      const [mean, variance] = [harness.room(vector(4)), harness.room(vector(5))]
      const before = { mean: mean.floats.slice(), variance: variance.floats.slice() }
      const partials = harness.room(2 * stride * s)
      const saved = harness.room(2 * stride * s)
      // Two pixels lie between rows, and a row between images.
      const map = { pixel: 4 * stride, row: 4 * stride * (perRow + 2), height: Math.ceil(l / perRow) + 1 }
      const image = map.row * map.height
      const [y, dx] = [harness.room((r * image) / 4), harness.room((r * image) / 4)]
      const untouched = [y.floats.slice(), dx.floats.slice()]
      const strides = <Name extends string>(name: Name, address: number) =>
        mapOperands(name, { base: address, image, row: map.row, pixel: map.pixel })
      const outputRelu = relu ? 1 : 0
      const [dGamma, dBeta] = [harness.room(stride * s), harness.room(stride * s)]
      const shape = { width: stride, lines: l }
      const epsilon = far ? 1e-12 : 1e-3
      harness.run(
        'batchStatistics',
        { x: x.room.address, row: x.row, ...shape, partials: partials.address },
        { rows: r, shards: s },
      )
      harness.run(
        'normalize',
        {
          x: x.room.address,
          xRow: x.row,
          ...strides('y', y.address),
          ...shape,
          perRow,
          partials: partials.address,
          gamma: gamma.address,
          beta: beta.address,
          movingMean: mean.address,
          movingVariance: variance.address,
          saved: saved.address,
          epsilon,
          rate: 0.01,
          outputRelu,
        },
        { rows: r, shards: s },
      )
      const back = {
        x: x.room.address,
        xRow: x.row,
        dy: dy.room.address,
        dyRow: dy.row,
        ...shape,
        saved: saved.address,
        gamma: gamma.address,
        beta: beta.address,
        outputRelu,
        dGamma: dGamma.address,
        dGammaShard: 4 * stride,
        dBeta: dBeta.address,
        dBetaShard: 4 * stride,
      }
      const sums = harness.room(4 * stride * s).address
      harness.run('batchGradients', { ...back, sums }, { rows: r, shards: s })
      harness.run(
        'normalizeBackward',
        {
          ...back,
          ...strides('dx', dx.address),
          slopes: partials.address,
          perRow,
          inputRelu: 0,
          accumulate: 0,
        },
        { rows: r, shards: s },
      )
      const at = (i: number) => {
        const line = i % l
        const [images, lineRows] = [Math.floor(i / l), Math.floor(line / perRow)]
        return (images * image + lineRows * map.row + (line % perRow) * map.pixel) / 4
      }
      const inside = new Set(Array.from({ length: n }, (_, i) => at(i)))
      for (const [f, floats] of [y.floats, dx.floats].entries()) {
        const between = floats.filter((_, j) => !inside.has(j - (j % stride)))
        expect(between).toEqual(untouched[f]?.filter((_, j) => !inside.has(j - (j % stride))))
      }

      for (let j = 0; j < w; j++) {
        const column = Float64Array.from({ length: n }, (_, i) => values[i * w + j] as number)
        const m = column.reduce((a, b) => a + b, 0) / n
        const v = column.reduce((a, b) => a + (b - m) ** 2, 0) / n
        // One row has no deviation, and rounding of its mean would be all there is.
        if (far && v < 1e-4) continue
        const inverse = 1 / Math.sqrt(v + epsilon)
        const tolerance = far ? 2e-3 : 1e-4
        const [g, b] = [gamma.floats[j] as number, beta.floats[j] as number]
        const hat = column.map((c) => (c - m) * inverse)
        const pick = (floats: Float32Array) =>
          Float64Array.from({ length: n }, (_, i) => floats[at(i) + j] as number)
        const activated = hat.map((h) => (relu ? Math.max(0, h * g + b) : h * g + b))
        // Where y is about 0, rounding decides which side of the ReLU it is on.
        const found = pick(y.floats)
        const slope = Float64Array.from({ length: n }, (_, i) =>
          relu && !((found[i] as number) > 0) ? 0 : (slopes[i * w + j] as number),
        )
        const total = (floats: Float32Array) =>
          Array.from({ length: s }, (_, p) => floats[p * stride + j] as number).reduce((a, c) => a + c, 0)
        expect(difference(found, activated, 1)).toBeLessThan(tolerance)
        expect(mean.floats[j]).toBeCloseTo(before.mean[j]! * 0.99 + m * 0.01, 4)
        expect(variance.floats[j]).toBeCloseTo(before.variance[j]! * 0.99 + v * 0.01, 4)
        const sumGamma = slope.reduce((a, d, i) => a + d * (hat[i] as number), 0)
        const sumBeta = slope.reduce((a, d) => a + d, 0)
        expect(Math.abs(total(dGamma.floats) - sumGamma)).toBeLessThan(tolerance * Math.max(1, n))
        expect(Math.abs(total(dBeta.floats) - sumBeta)).toBeLessThan(1e-5 * Math.max(1, n))
        const expected = slope.map(
          (d, i) => g * inverse * (d - sumBeta / n - ((hat[i] as number) * sumGamma) / n),
        )
        expect(difference(pick(dx.floats), expected, inverse)).toBeLessThan(tolerance)
      }
    },
  )

  test.prop([rows, lines, width, shards, seed, fc.boolean()])(
    'standing: x · scale + shift, and back without the shift',
    (r, l, w, s, from, back) => {
      harness.clear()
      const stride = padded(w)
      const values = numbers(r * l * w, from)
      const [scale, shift] = [numbers(w, from + 1), numbers(w, from + 2)]
      const x = place(values, w)
      const y = harness.room(r * l * stride)
      const affine = harness.room([...padLines(scale, w, stride), ...padLines(shift, w, stride)])
      harness.run(
        'scaleShift',
        {
          x: x.room.address,
          xRow: x.row,
          y: y.address,
          yRow: x.row,
          width: stride,
          lines: l,
          affine: affine.address,
          shiftless: back ? 1 : 0,
          accumulate: 0,
        },
        { rows: r, shards: s },
      )
      const expected = values.map((v, i) => v * scale[i % w]! + (back ? 0 : shift[i % w]!))
      expect(difference(y.floats, padLines(expected, w, stride), 1)).toBeLessThan(1e-6)
    },
  )
})

const functions = {
  linear: { kind: 0, f: (v: number) => v, d: () => 1 },
  relu: { kind: 1, f: (v: number) => Math.max(0, v), d: (y: number) => (y > 0 ? 1 : 0) },
  sigmoid: { kind: 2, f: (v: number) => 1 / (1 + Math.exp(-v)), d: (y: number) => y * (1 - y) },
  tanh: { kind: 3, f: (v: number) => Math.tanh(v), d: (y: number) => 1 - y * y },
}

const constants = { alpha: 0, beta: 0, gamma: 0 }

describe.each(Object.entries(functions))('%s', (_name, { kind, f, d }) => {
  test.prop([rows, lines, width, shards, seed, fc.constantFrom(0.1, 1, 20, 200), fc.boolean()])(
    'forward to 4e-7 relative, backward from the output, padding 0',
    (r, l, w, s, from, range, accumulate) => {
      harness.clear()
      const stride = padded(w)
      const values = numbers(r * l * w, from).map((v) => v * range)
      const x = place(values, w)
      const y = harness.room(new Float32Array(r * l * stride).fill(0))
      const shape = { width: w, lines: l, accumulate: 0 }
      harness.run(
        'activate',
        { kind, ...constants, x: x.room.address, xRow: x.row, y: y.address, yRow: x.row, ...shape },
        { rows: r, shards: s },
      )
      const expected = padLines(values.map(f), w, stride)
      const wrong = y.floats.findIndex((v, i) => {
        const e = expected[i] as number
        return !(Math.abs(v - e) <= 4e-7 * Math.abs(e) + 1e-37)
      })
      expect([wrong, y.floats[wrong], expected[wrong]]).toEqual([-1, undefined, undefined])
      const dy = place(numbers(values.length, from + 1), w)
      const dx = harness.room(new Float32Array(r * l * stride).fill(accumulate ? 3 : 9))
      harness.run(
        'activateBackward',
        {
          kind,
          ...constants,
          value: y.address,
          valueRow: x.row,
          dy: dy.room.address,
          dyRow: x.row,
          dx: dx.address,
          dxRow: x.row,
          width: stride,
          lines: l,
          accumulate: accumulate ? 1 : 0,
        },
        { rows: r, shards: s },
      )
      const slopes = dy.room.floats.map((v, i) => v * d(y.floats[i] as number) + (accumulate ? 3 : 0))
      expect(difference(dx.floats, slopes, 1)).toBeLessThan(1e-6)
    },
  )
})

test('NaN and infinity go through activations as they should', () => {
  const x = harness.room([NaN, Infinity, -Infinity, -0])
  const y = harness.room(4)
  const run = (kind: number) => {
    harness.run(
      'activate',
      {
        kind,
        ...constants,
        x: x.address,
        xRow: 16,
        y: y.address,
        yRow: 16,
        width: 4,
        lines: 1,
        accumulate: 0,
      },
      { rows: 1 },
    )
    return [...y.floats]
  }
  expect(run(1).slice(0, 3)).toEqual([NaN, Infinity, 0])
  expect(run(3).map((v) => v + 0)).toEqual([NaN, 1, -1, 0])
  expect(run(2).slice(0, 2)).toEqual([NaN, 1])
  expect(run(2)[2]).toBeLessThan(1e-37)
})

describe('softmax', () => {
  test.prop([rows, lines, width, shards, seed, fc.constantFrom(1, 30, 300)])(
    'forward and backward to 1e-6, padding 0',
    (r, l, w, s, from, range) => {
      harness.clear()
      const stride = padded(w)
      const values = numbers(r * l * w, from).map((v) => v * range)
      const slopes = numbers(values.length, from + 1)
      const [x, dy] = [place(values, w), place(slopes, w)]
      const [y, dx] = [harness.room(r * l * stride), harness.room(r * l * stride)]
      harness.run(
        'softmax',
        { x: x.room.address, xRow: x.row, y: y.address, yRow: x.row, width: w, lines: l },
        { rows: r, shards: s },
      )
      harness.run(
        'softmaxBackward',
        {
          y: y.address,
          yRow: x.row,
          dy: dy.room.address,
          dyRow: x.row,
          dx: dx.address,
          dxRow: x.row,
          width: w,
          lines: l,
          accumulate: 0,
        },
        { rows: r, shards: s },
      )
      const [p, dz] = [new Float64Array(values.length), new Float64Array(values.length)]
      for (let at = 0; at < values.length; at += w) {
        const most = Math.max(...values.subarray(at, at + w))
        const e = Array.from(values.subarray(at, at + w), (v) => Math.exp(v - most))
        const sum = e.reduce((a, b) => a + b, 0)
        const dot = e.reduce((a, v, j) => a + (v / sum) * slopes[at + j]!, 0)
        e.forEach((v, j) => {
          p[at + j] = v / sum
          dz[at + j] = (v / sum) * (slopes[at + j]! - dot)
        })
      }
      expect(difference(y.floats, padLines(p, w, stride), 1)).toBeLessThan(1e-6)
      expect(difference(dx.floats, padLines(dz, w, stride), 1)).toBeLessThan(1e-6)
    },
  )
})

test.prop([rows, lines, width, shards, seed])('sumColumns sums by shard', (r, l, w, s, from) => {
  harness.clear()
  const stride = padded(w)
  const a = numbers(r * l * w, from)
  const x = place(a, w)
  const out = harness.room(stride * s)
  harness.run(
    'sumColumns',
    { x: x.room.address, row: x.row, width: stride, lines: l, out: out.address, outShard: 4 * stride },
    { rows: r, shards: s },
  )
  for (let j = 0; j < w; j++) {
    let [found, expected] = [0, 0]
    for (let p = 0; p < s; p++) found += out.floats[p * stride + j]!
    for (let i = 0; i < r * l; i++) expected += a[i * w + j]!
    expect(found).toBeCloseTo(expected, 4)
  }
})
