import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { depthwiseInputScratch, gemmFlags } from '../src/index.ts'
import { numbers } from './arbitraries.ts'
import { at, convolutions, FeatureMap, values, type ConvolutionCase, type Values } from './feature-maps.ts'
import { difference, Harness, padded } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

const cases = fc.tuple(convolutions, fc.constantFrom(1, 2, 3, 4)).map(([c, multiplier]) => ({
  ...c,
  multiplier,
  filters: c.channels * multiplier,
}))
type Case = ConvolutionCase & { multiplier: number }

/** Calls `visit` for every product: indices of x, weight and y. */
function eachProduct(
  c: Case,
  x: Values,
  y: Values,
  visit: (x: number, weight: number, y: number) => void,
): void {
  for (let i = 0; i < c.images; i++)
    for (let r = 0; r < c.height; r++)
      for (let q = 0; q < c.width; q++)
        for (let ky = 0; ky < c.kernelHeight; ky++)
          for (let kx = 0; kx < c.kernelWidth; kx++)
            for (let f = 0; f < c.filters; f++) {
              const row = r * c.strideHeight + ky * c.dilationHeight - c.top
              const column = q * c.strideWidth + kx * c.dilationWidth - c.left
              const from = at(x, i, row, column, Math.floor(f / c.multiplier))
              if (from === undefined) continue
              visit(from, (ky * c.kernelWidth + kx) * padded(c.filters) + f, at(y, i, r, q, f) as number)
            }
}

function prepare(c: Case) {
  const {
    height,
    width,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    multiplier,
  } = c
  const channels = c.multiplier === 1 ? padded(c.channels) : c.channels === 1 ? 1 : padded(c.channels)
  const filters = padded(c.filters)
  const shape = {
    height,
    width,
    channels,
    filters,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    multiplier,
  }
  const x = values(
    c.images,
    c.inputHeight,
    c.inputWidth,
    c.channels,
    numbers(c.images * c.inputHeight * c.inputWidth * c.channels, c.seed),
  )
  const dy = values(
    c.images,
    height,
    width,
    c.filters,
    numbers(c.images * height * width * c.filters, c.seed + 1),
  )
  const taps = kernelHeight * kernelWidth
  const weights = new Float32Array(taps * filters)
  const random = numbers(taps * filters, c.seed + 2)
  weights.forEach((_, i) => {
    if (i % filters < c.filters) weights[i] = random[i] as number
  })
  const xMap = new FeatureMap(harness, x, {
    stored: channels,
    top: c.top,
    left: c.left,
    bottom: 12,
    right: 12,
  })
  return { shape, x, dy, weights, filters, xMap, run: { rows: c.images, shards: c.shards } }
}

describe('depthwise convolution (tolerance 1e-5 · largest)', () => {
  test.prop([cases, fc.boolean(), fc.boolean()])('y = act(x ∗ w + b)', (c, relu, byRow) => {
    harness.clear()
    const { shape, x, weights, filters, xMap, run } = prepare(c)
    const y = new FeatureMap(harness, { ...c, channels: c.filters }, { top: 1, left: 1, bottom: 1, right: 1 })
    const bias = harness.room(filters)
    bias.floats.fill(0).set(numbers(c.filters, c.seed + 3))
    harness.run(
      'depthwise',
      {
        ...xMap.operands('x', -c.top, -c.left),
        ...y.operands('y'),
        weights: harness.room(weights).address,
        bias: bias.address,
        ...shape,
        flags: relu ? gemmFlags.relu : 0,
        byRow: byRow ? 1 : 0,
      },
      run,
    )
    const expected = values(c.images, c.height, c.width, c.filters)
    eachProduct(c, x, expected, (from, weight, to) => {
      expected.data[to] =
        (expected.data[to] as number) + (x.data[from] as number) * (weights[weight] as number)
    })
    expected.data.forEach((v, i) => {
      const sum = v + (bias.floats[i % c.filters] as number)
      expected.data[i] = relu ? Math.max(0, sum) : sum
    })
    expect(difference(y.read().data, expected.data, 1)).toBeLessThan(1e-5)
    expect(y.outside).toEqual(new Set([0]))
  })

  test.prop([cases])('gradient by weights and bias', (c) => {
    harness.clear()
    const { shape, x, dy, weights, filters, xMap, run } = prepare(c)
    const dyMap = new FeatureMap(harness, dy, { top: 1, right: 1 })
    const room = harness.room(c.shards * weights.length)
    const bias = harness.room(c.shards * filters)
    harness.run(
      'depthwiseWeights',
      {
        ...xMap.operands('x', -c.top, -c.left),
        ...dyMap.operands('dy'),
        dw: room.address,
        dwShard: 4 * weights.length,
        db: bias.address,
        dbShard: 4 * filters,
        ...shape,
      },
      run,
    )
    const expected = new Float64Array(weights.length)
    const expectedBias = new Float64Array(filters)
    eachProduct(c, x, dy, (from, weight, to) => {
      expected[weight] = (expected[weight] as number) + (x.data[from] as number) * (dy.data[to] as number)
    })
    dy.data.forEach((v, i) => {
      expectedBias[i % c.filters] = (expectedBias[i % c.filters] as number) + v
    })
    const sum = (floats: Float32Array, length: number) =>
      Float64Array.from({ length }, (_, i) => {
        let total = 0
        for (let part = 0; part < c.shards; part++) total += floats[part * length + i] as number
        return total
      })
    expect(difference(sum(room.floats, weights.length), expected, 1)).toBeLessThan(1e-5)
    expect(difference(sum(bias.floats, filters), expectedBias, 1)).toBeLessThan(1e-5)
  })

  test.prop([cases, fc.boolean()])('gradient by input', (c, accumulate) => {
    harness.clear()
    const { shape, x, dy, weights, run } = prepare(c)
    const before = values(
      c.images,
      c.inputHeight,
      c.inputWidth,
      c.channels,
      numbers(x.data.length, c.seed + 4),
    )
    const dx = new FeatureMap(harness, before, {
      stored: shape.channels,
      top: 1,
      left: 1,
      bottom: 1,
      right: 1,
    })
    const scratchThread = depthwiseInputScratch(shape)
    harness.run(
      'depthwiseInput',
      {
        ...new FeatureMap(harness, dy).operands('dy'),
        ...dx.operands('dx'),
        weights: harness.room(weights).address,
        ...shape,
        inputHeight: c.inputHeight,
        inputWidth: c.inputWidth,
        top: c.top,
        left: c.left,
        accumulate: accumulate ? 1 : 0,
        scratch: scratchThread > 0 ? harness.room((scratchThread * c.shards) / 4).address : 0,
        scratchThread,
      },
      run,
    )
    const expected = accumulate ? Float64Array.from(before.data) : new Float64Array(x.data.length)
    eachProduct(c, x, dy, (from, weight, to) => {
      expected[from] = (expected[from] as number) + (dy.data[to] as number) * (weights[weight] as number)
    })
    expect(difference(dx.read().data, expected, 1)).toBeLessThan(1e-5)
    expect(dx.outside).toEqual(new Set([0]))
  })
})
