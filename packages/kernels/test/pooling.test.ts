import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { poolIndexBytes } from '../src/index.ts'
import { numbers } from './arbitraries.ts'
import { at, FeatureMap, values, type Values } from './feature-maps.ts'
import { difference, Harness, padded } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

const small = (max: number) => fc.integer({ min: 1, max })

/** Pooling as Keras defines it: `valid`, or `same` with its padding at the top and left. */
const poolings = fc
  .record({
    images: small(5),
    shards: small(6),
    inputHeight: fc.oneof(small(11), fc.constant(1)),
    inputWidth: fc.oneof(small(11), fc.constant(1), fc.constant(40)),
    channels: fc.constantFrom(1, 3, 5, 16, 17),
    windowHeight: small(4),
    windowWidth: fc.oneof(small(4), fc.constant(40)),
    strideHeight: small(4),
    strideWidth: small(4),
    same: fc.boolean(),
    negative: fc.boolean(),
    accumulate: fc.boolean(),
    seed: small(2 ** 31 - 1),
  })
  .filter((p) => p.same || (p.windowHeight <= p.inputHeight && p.windowWidth <= p.inputWidth))
  .map((p) => {
    const [height, top] = side(p.inputHeight, p.windowHeight, p.strideHeight, p.same)
    const [width, left] = side(p.inputWidth, p.windowWidth, p.strideWidth, p.same)
    return { ...p, height, width, top, left }
  })

function side(
  input: number,
  window: number,
  stride: number,
  same: boolean,
): [output: number, before: number] {
  if (!same) return [Math.floor((input - window) / stride) + 1, 0]
  const output = Math.ceil(input / stride)
  return [output, Math.floor(Math.max(0, (output - 1) * stride + window - input) / 2)]
}

type Pooling =
  typeof poolings extends fc.Arbitrary<infer Case extends { channels: number }>
    ? Omit<Case, 'channels'> & { channels: number }
    : never

/** Calls `visit` with the pixels of each window: indices into the map of `channels` channels. */
function eachWindow(
  p: Pooling,
  map: Values,
  visit: (output: number, pixels: { index: number; place: number }[]) => void,
): void {
  let output = 0
  for (let i = 0; i < p.images; i++)
    for (let r = 0; r < p.height; r++)
      for (let c = 0; c < p.width; c++)
        for (let k = 0; k < p.channels; k++, output++) {
          const pixels: { index: number; place: number }[] = []
          for (let wy = 0; wy < p.windowHeight; wy++)
            for (let wx = 0; wx < p.windowWidth; wx++) {
              const index = at(map, i, r * p.strideHeight + wy - p.top, c * p.strideWidth + wx - p.left, k)
              if (index !== undefined) pixels.push({ index, place: wy * p.windowWidth + wx })
            }
          visit(output, pixels)
        }
}

/** @param stored floats of a pixel of x and y */
function prepare(p: Pooling, stored = padded(p.channels)) {
  const size = { ...p, height: p.inputHeight, width: p.inputWidth }
  const count = p.images * p.inputHeight * p.inputWidth * p.channels
  // A few values only, so that windows have equals; no −0.
  const x = values(
    p.images,
    p.inputHeight,
    p.inputWidth,
    p.channels,
    numbers(count, p.seed).map((v) => Math.round(8 * v) / 8 - (p.negative ? 2 : 0) + 0),
  )
  const dy = values(
    p.images,
    p.height,
    p.width,
    p.channels,
    numbers(p.images * p.height * p.width * p.channels, p.seed + 1),
  )
  const before = values(p.images, p.inputHeight, p.inputWidth, p.channels, numbers(count, p.seed + 2))
  const windows = {
    height: p.height,
    width: p.width,
    channels: stored,
    inputHeight: p.inputHeight,
    inputWidth: p.inputWidth,
    windowHeight: p.windowHeight,
    windowWidth: p.windowWidth,
    strideHeight: p.strideHeight,
    strideWidth: p.strideWidth,
    top: p.top,
    left: p.left,
  }
  const border = { top: 1, left: 2, bottom: 1, right: 1 }
  return {
    x,
    dy,
    before,
    windows,
    xMap: new FeatureMap(harness, x, { ...border, stored, fill: 0 }),
    yMap: new FeatureMap(harness, { ...p, channels: p.channels }, { ...border, stored }),
    dyMap: new FeatureMap(harness, dy, border),
    dxMap: new FeatureMap(harness, p.accumulate ? before : size, border),
    run: { rows: p.images, shards: p.shards },
  }
}

const base = (p: Pooling, before: Values) =>
  p.accumulate ? Float64Array.from(before.data) : new Float64Array(before.data.length)

describe('pooling of any number of channels without padding', () => {
  test.prop([poolings, fc.constantFrom(2, 3, 5, 7, 16, 17, 22), small(9)])(
    'takes the largest number, NaN where a window has nothing else, and means with the bits of padded channels',
    (padding, channels, every) => {
      harness.clear()
      const p = { ...padding, channels }
      const { x, windows, xMap, yMap, run } = prepare(p, channels)
      const whole = prepare(p)
      // −∞ and NaN, so that some windows have nothing else.
      const special = Float64Array.from(x.data, (v, i) =>
        i % every > 0 ? v : i % (2 * every) > 0 ? -Infinity : NaN,
      )
      const map = new FeatureMap(harness, { ...x, data: special }, { stored: channels })
      harness.run('maxPoolOfNumbers', { ...map.operands('x'), ...yMap.operands('y'), ...windows }, run)
      const y = values(p.images, p.height, p.width, channels)
      eachWindow(p, x, (output, pixels) => {
        const found = pixels.map(({ index }) => special[index] as number).filter((v) => !Number.isNaN(v))
        y.data[output] = found.length > 0 ? Math.max(...found) : NaN
      })
      expect(yMap.read()).toEqual(y)
      expect(yMap.outside).toEqual(new Set([0]))
      harness.run('averagePool', { ...xMap.operands('x'), ...yMap.operands('y'), ...windows }, run)
      harness.run(
        'averagePool',
        { ...whole.xMap.operands('x'), ...whole.yMap.operands('y'), ...whole.windows },
        run,
      )
      expect(yMap.read()).toEqual(whole.yMap.read())
      expect(yMap.outside).toEqual(new Set([0]))
    },
  )
})

describe('max pooling', () => {
  test.prop([poolings])(
    'takes the largest value and hands its gradient to the first pixel that has it',
    (p) => {
      harness.clear()
      const { x, dy, before, windows, xMap, yMap, dyMap, dxMap, run } = prepare(p)
      const bytes = poolIndexBytes(p.windowHeight, p.windowWidth)
      const indices = harness.bytes(p.images * p.height * p.width * padded(p.channels) * bytes)
      harness.run(
        'maxPool',
        { ...xMap.operands('x'), ...yMap.operands('y'), indices: indices.address, ...windows },
        run,
      )
      harness.run(
        'maxPoolBackward',
        {
          ...dyMap.operands('dy'),
          ...dxMap.operands('dx'),
          indices: indices.address,
          ...windows,
          accumulate: p.accumulate ? 1 : 0,
        },
        run,
      )
      const y = values(p.images, p.height, p.width, p.channels)
      const dx = base(p, before)
      eachWindow(p, x, (output, pixels) => {
        const largest = Math.max(...pixels.map(({ index }) => x.data[index] as number))
        y.data[output] = largest
        const first = pixels.find(({ index }) => x.data[index] === largest) as { index: number }
        dx[first.index] = (dx[first.index] as number) + (dy.data[output] as number)
      })
      expect(yMap.read()).toEqual(y)
      expect(difference(dxMap.read().data, dx, 1)).toBeLessThan(1e-6)
      expect(yMap.outside).toEqual(new Set([0]))
      expect(dxMap.outside).toEqual(new Set([0]))
    },
  )

  test.prop([poolings])('without indices, the same values', (p) => {
    harness.clear()
    const { windows, xMap, yMap, run } = prepare(p)
    const indices = harness.bytes(p.images * p.height * p.width * padded(p.channels) * 4)
    harness.run(
      'maxPool',
      { ...xMap.operands('x'), ...yMap.operands('y'), indices: indices.address, ...windows },
      run,
    )
    const expected = yMap.read()
    yMap.room.floats.fill(0)
    harness.run('maxPool', { ...xMap.operands('x'), ...yMap.operands('y'), indices: 0, ...windows }, run)
    expect(yMap.read()).toEqual(expected)
  })

  test.prop([poolings, small(2 ** 20)])('NaN in a window is its largest value', (p, pick) => {
    harness.clear()
    const { x, windows, xMap, yMap, run } = prepare(p)
    const nan = pick % x.data.length
    const pixel = Math.floor(nan / p.channels)
    const address = xMap.address(Math.floor(pixel / p.inputWidth) % p.inputHeight, pixel % p.inputWidth)
    const image = Math.floor(pixel / p.inputWidth / p.inputHeight)
    xMap.room.floats[(address + image * xMap.image - xMap.room.address) / 4 + (nan % p.channels)] = NaN
    harness.run('maxPool', { ...xMap.operands('x'), ...yMap.operands('y'), indices: 0, ...windows }, run)
    const y = yMap.read()
    eachWindow(p, x, (output, pixels) =>
      expect(Number.isNaN(y.data[output])).toBe(pixels.some(({ index }) => index === nan)),
    )
  })
})

describe('average pooling (tolerance 2e-6 · largest)', () => {
  test.prop([poolings])('divides by the pixels that a window has', (p) => {
    harness.clear()
    const { x, dy, before, windows, xMap, yMap, dyMap, dxMap, run } = prepare(p)
    harness.run('averagePool', { ...xMap.operands('x'), ...yMap.operands('y'), ...windows }, run)
    harness.run(
      'averagePoolBackward',
      { ...dyMap.operands('dy'), ...dxMap.operands('dx'), ...windows, accumulate: p.accumulate ? 1 : 0 },
      run,
    )
    const y = values(p.images, p.height, p.width, p.channels)
    const dx = base(p, before)
    eachWindow(p, x, (output, pixels) => {
      y.data[output] = pixels.reduce((sum, { index }) => sum + (x.data[index] as number), 0) / pixels.length
      for (const { index } of pixels)
        dx[index] = (dx[index] as number) + (dy.data[output] as number) / pixels.length
    })
    expect(difference(yMap.read().data, y.data, 1)).toBeLessThan(2e-6)
    expect(difference(dxMap.read().data, dx, 1)).toBeLessThan(2e-6)
    expect(yMap.outside).toEqual(new Set([0]))
    expect(dxMap.outside).toEqual(new Set([0]))
  })
})
