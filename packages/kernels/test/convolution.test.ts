import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import {
  convolutionExtent,
  convolutionGradientExtent,
  convolutionMethods,
  convolutionScratch,
  convolutionTransformedBytes,
  convolutionWeights,
  convolutionWeightsScratch,
  gemmFlags,
} from '../src/index.ts'
import { numbers } from './arbitraries.ts'
import {
  at,
  convolutions,
  convolutions3x3,
  FeatureMap,
  values,
  type ConvolutionCase,
  type Values,
} from './feature-maps.ts'
import { difference, Harness, padded } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

/** Calls `visit` for every product of a convolution: indices of x, weight and y. The definition that kernels are tested against. */
function eachProduct(
  c: ConvolutionCase,
  x: Values,
  y: Values,
  visit: (x: number, tap: number, channel: number, y: number) => void,
): void {
  for (let i = 0; i < c.images; i++) {
    for (let r = 0; r < c.height; r++) {
      for (let q = 0; q < c.width; q++) {
        for (let ky = 0; ky < c.kernelHeight; ky++) {
          for (let kx = 0; kx < c.kernelWidth; kx++) {
            const row = r * c.strideHeight + ky * c.dilationHeight - c.top
            const column = q * c.strideWidth + kx * c.dilationWidth - c.left
            const from = at(x, i, row, column, 0)
            if (from === undefined) continue
            const to = at(y, i, r, q, 0) as number
            for (let channel = 0; channel < x.channels; channel++)
              visit(from + channel, ky * c.kernelWidth + kx, channel, to)
          }
        }
      }
    }
  }
}

/** Maps, weights and the operands of a convolution; maps of one or three channels without padding. */
function prepare(c: ConvolutionCase, method: number) {
  const unpadded = method === convolutionMethods.direct && (c.channels === 1 || c.channels === 3)
  const channels = unpadded ? c.channels : padded(c.channels)
  const shape = { ...shapeOf(c), channels, filters: padded(c.filters) }
  const x = values(
    c.images,
    c.inputHeight,
    c.inputWidth,
    c.channels,
    numbers(c.images * c.inputHeight * c.inputWidth * c.channels, c.seed),
  )
  const extent = convolutionExtent(shape, method)
  const map = new FeatureMap(harness, x, {
    stored: channels,
    top: c.top,
    left: c.left,
    bottom: Math.max(0, extent.rows - c.top - c.inputHeight),
    right: Math.max(0, extent.columns - c.left - c.inputWidth),
  })
  const layout = convolutionWeights(shape)
  const taps = c.kernelHeight * c.kernelWidth
  const weights = numbers(taps * c.channels * c.filters, c.seed + 1)
  return { method, shape, x, map, layout, taps, weights }
}

function shapeOf(c: ConvolutionCase) {
  const {
    height,
    width,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
  } = c
  return {
    height,
    width,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
  }
}

type Prepared = ReturnType<typeof prepare>

/** Weights [taps][channels][filters] in panels. */
function packed(
  { layout, shape, taps }: Prepared,
  c: ConvolutionCase,
  weights: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(layout.bytes / 4)
  for (let t = 0; t < taps; t++)
    for (let k = 0; k < c.channels; k++)
      for (let f = 0; f < c.filters; f++)
        out[layout.at(t * shape.channels + k, f)] = weights[(t * c.channels + k) * c.filters + f] as number
  return out
}

function unpacked(
  { layout, shape, taps }: Prepared,
  c: ConvolutionCase,
  panels: ArrayLike<number>,
): Float64Array {
  const out = new Float64Array(taps * c.channels * c.filters)
  for (let t = 0; t < taps; t++)
    for (let k = 0; k < c.channels; k++)
      for (let f = 0; f < c.filters; f++)
        out[(t * c.channels + k) * c.filters + f] = panels[layout.at(t * shape.channels + k, f)] as number
  return out
}

/** The address of the weights as the method multiplies with them. */
function multiplied(c: ConvolutionCase, p: Prepared): number {
  const source = harness.room(packed(p, c, p.weights)).address
  if (p.method === convolutionMethods.direct) return source
  const target = harness.room(convolutionTransformedBytes(p.shape, p.method) / 4).address
  const { channels, filters } = p.shape
  const operands = { source, target, channels, filters, method: p.method }
  harness.run('winogradWeights', operands, { rows: c.images, shards: c.shards })
  return target
}

/** Scratch for each shard. */
const scratchOf = (bytes: number, shards: number) => ({
  scratch: bytes > 0 ? harness.room((bytes * shards) / 4).address : 0,
  scratchThread: bytes,
})

/** Runs `convolve`. @returns the map y */
function forward(
  c: ConvolutionCase,
  p: Prepared,
  options: { relu?: boolean; keep?: Values; bias?: Float32Array; byRow?: boolean } = {},
) {
  const y = new FeatureMap(harness, options.keep ?? { ...c, channels: padded(c.filters) }, {
    top: 1,
    left: 1,
    bottom: 2,
    right: 1,
    fill: 7,
  })
  const bias = options.bias && harness.room(Math.ceil(c.filters / 16) * 16)
  bias?.floats.fill(0).set(options.bias as Float32Array)
  harness.run(
    'convolve',
    {
      ...p.map.operands('x', -c.top, -c.left),
      ...y.operands('y'),
      weights: multiplied(c, p),
      bias: bias?.address ?? 0,
      ...p.shape,
      flags: (options.relu ? gemmFlags.relu : 0) | (options.keep ? gemmFlags.keep : 0),
      method: p.method,
      ...scratchOf(convolutionScratch(p.shape, p.method), c.shards),
      byRow: options.byRow ? 1 : 0,
    },
    { rows: c.images, shards: c.shards },
  )
  expect(y.outside).toEqual(new Set([7]))
  return y.read()
}

function expectedForward(c: ConvolutionCase, p: Prepared): Values {
  const y = values(c.images, c.height, c.width, padded(c.filters))
  eachProduct(c, p.x, y, (from, tap, channel, to) => {
    for (let f = 0; f < c.filters; f++)
      y.data[to + f] =
        (y.data[to + f] as number) +
        (p.x.data[from] as number) * (p.weights[(tap * c.channels + channel) * c.filters + f] as number)
  })
  return y
}

/** Methods with the shapes that they compute and the largest error, as a part of the largest value. */
const methods = [
  { name: 'direct', cases: convolutions, tolerance: 1e-5 },
  { name: 'winograd2', cases: convolutions3x3, tolerance: 1e-5 },
  { name: 'winograd4', cases: convolutions3x3, tolerance: 2e-5 },
] as const

describe.each(methods)('convolve, $name (tolerance $tolerance · largest)', ({ name, cases, tolerance }) => {
  const method = convolutionMethods[name]

  test.prop([cases, fc.boolean(), fc.boolean()])('y = act(x ∗ w + b)', (c, relu, byRow) => {
    harness.clear()
    const p = prepare(c, method)
    const bias = numbers(c.filters, c.seed + 2)
    const expected = expectedForward(c, p)
    expected.data.forEach((value, i) => {
      const sum = value + (bias[i % padded(c.filters)] ?? 0)
      expected.data[i] = relu ? Math.max(0, sum) : sum
    })
    expect(difference(forward(c, p, { relu, bias, byRow }).data, expected.data, 1)).toBeLessThan(tolerance)
  })

  test.prop([cases])('has the same bits by row, and for each image alone', (c) => {
    harness.clear()
    const p = prepare(c, method)
    const all = forward(c, p)
    expect(forward(c, p, { byRow: true })).toEqual(all)
    const one = { ...c, images: 1 }
    expect(forward(one, p).data).toEqual(all.data.subarray(0, all.data.length / c.images))
  })

  test.prop([cases, fc.boolean()])('adds to what y holds, without the bias', (c, byRow) => {
    harness.clear()
    const p = prepare(c, method)
    const size = c.images * c.height * c.width * padded(c.filters)
    const keep = values(c.images, c.height, c.width, padded(c.filters), numbers(size, c.seed + 3))
    const bias = numbers(c.filters, c.seed + 2)
    const expected = expectedForward(c, p).data.map((value, i) => value + (keep.data[i] as number))
    expect(difference(forward(c, p, { keep, bias, byRow }).data, expected, 1)).toBeLessThan(tolerance)
  })
})

describe.each(methods)('gradient by weights, $name (tolerance $tolerance · largest)', (algorithm) => {
  const method = convolutionMethods[algorithm.name]

  test.prop([algorithm.cases, fc.boolean()])('dw = Σ x · dy, db = Σ dy', (c, whole) => {
    harness.clear()
    const p = prepare(c, method)
    const dy = values(
      c.images,
      c.height,
      c.width,
      c.filters,
      numbers(c.images * c.height * c.width * c.filters, c.seed + 4),
    )
    const { rows, columns } = convolutionGradientExtent(p.shape, method)
    const dyMap = new FeatureMap(harness, dy, { top: 1, right: columns - c.width, bottom: rows - c.height })
    const groups = whole ? c.shards : Math.floor(c.shards / 2) || 1
    const parts = groups === 1 ? c.shards : Math.floor(c.shards / groups)
    const room = harness.room((parts * p.layout.bytes) / 4)
    const panels = Math.ceil(c.filters / 16) * 16
    const bias = harness.room(parts * panels)
    harness.run(
      'convolveWeights',
      {
        ...p.map.operands('x', -c.top, -c.left),
        ...dyMap.operands('dy'),
        dw: room.address,
        dwPart: p.layout.bytes,
        db: bias.address,
        dbPart: 4 * panels,
        ...p.shape,
        method,
        ...scratchOf(convolutionWeightsScratch(p.shape, method), c.shards),
        parts,
        groups,
      },
      { rows: c.images, shards: c.shards },
    )
    const sum = new Float64Array(p.taps * c.channels * c.filters)
    const sumBias = new Float64Array(c.filters)
    for (let part = 0; part < parts; part++) {
      unpacked(p, c, room.floats.subarray((part * p.layout.bytes) / 4)).forEach(
        (v, i) => (sum[i] = (sum[i] as number) + v),
      )
      sumBias.forEach((v, f) => (sumBias[f] = v + (bias.floats[part * panels + f] as number)))
    }
    const expected = new Float64Array(sum.length)
    const expectedBias = new Float64Array(c.filters)
    eachProduct(c, p.x, dy, (from, tap, channel, to) => {
      for (let f = 0; f < c.filters; f++) {
        const w = (tap * c.channels + channel) * c.filters + f
        expected[w] = (expected[w] as number) + (p.x.data[from] as number) * (dy.data[to + f] as number)
      }
    })
    dy.data.forEach((v, i) => (expectedBias[i % c.filters] = (expectedBias[i % c.filters] as number) + v))
    expect(difference(sum, expected, 1)).toBeLessThan(algorithm.tolerance)
    expect(difference(sumBias, expectedBias, 1)).toBeLessThan(1e-5)
  })
})

describe('gradient by input (tolerance 1e-5 · largest)', () => {
  test.prop([convolutions])('convolves the spaced-out gradient with the flipped kernel', (c) => {
    harness.clear()
    const p = prepare(c, convolutionMethods.direct)
    const filters = padded(c.filters)
    const channels = padded(p.shape.channels)
    const dy = values(
      c.images,
      c.height,
      c.width,
      c.filters,
      numbers(c.images * c.height * c.width * c.filters, c.seed + 4),
    )
    const compact = new FeatureMap(harness, dy)
    // dx[r] = Σ_ky dy[(r + top − ky · dilation) / stride] · w[ky]: the kernel begins (kernel − 1) · dilation − top rows before.
    const top = (c.kernelHeight - 1) * c.dilationHeight - c.top
    const left = (c.kernelWidth - 1) * c.dilationWidth - c.left
    const height = (c.height - 1) * c.strideHeight + 1
    const width = (c.width - 1) * c.strideWidth + 1
    const border = { top: Math.max(0, top), left: Math.max(0, left), bottom: 12, right: 12 }
    const spaced = new FeatureMap(harness, values(c.images, height, width, filters), border)
    harness.run(
      'place',
      {
        ...compact.operands('x'),
        ...spaced.operands('y'),
        yRow: c.strideHeight * spaced.row,
        yPixel: c.strideWidth * spaced.pixel,
        height: c.height,
        width: c.width,
        channels: filters,
        accumulate: 0,
      },
      { rows: c.images, shards: c.shards },
    )
    const sizes = {
      channels: p.shape.channels,
      filters,
      kernelHeight: c.kernelHeight,
      kernelWidth: c.kernelWidth,
    }
    const flipped = harness.room(
      convolutionWeights({ ...sizes, channels: filters, filters: channels }).bytes / 4,
    )
    harness.run(
      'flipWeights',
      { source: harness.room(packed(p, c, p.weights)).address, target: flipped.address, ...sizes },
      { rows: c.images, shards: c.shards },
    )
    const dx = new FeatureMap(harness, { ...p.x, channels })
    harness.run(
      'convolve',
      {
        ...spaced.operands('x', -top, -left),
        ...dx.operands('y'),
        weights: flipped.address,
        bias: 0,
        ...p.shape,
        height: c.inputHeight,
        width: c.inputWidth,
        channels: filters,
        filters: channels,
        strideHeight: 1,
        strideWidth: 1,
        flags: 0,
        method: convolutionMethods.direct,
        scratch: 0,
        scratchThread: 0,
        byRow: 0,
      },
      { rows: c.images, shards: c.shards },
    )
    const expected = values(c.images, c.inputHeight, c.inputWidth, channels)
    eachProduct(c, p.x, dy, (from, tap, channel, to) => {
      const pixel = Math.floor(from / c.channels) * channels + channel
      for (let f = 0; f < c.filters; f++)
        expected.data[pixel] =
          (expected.data[pixel] as number) +
          (dy.data[to + f] as number) * (p.weights[(tap * c.channels + channel) * c.filters + f] as number)
    })
    expect(difference(dx.read().data, expected.data, 1)).toBeLessThan(1e-5)
  })
})
