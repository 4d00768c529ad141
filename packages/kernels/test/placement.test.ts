import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { numbers } from './arbitraries.ts'
import { at, FeatureMap, values } from './feature-maps.ts'
import { difference, Harness } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

const small = (max: number) => fc.integer({ min: 1, max })
const edge = fc.integer({ min: 0, max: 3 })
const border = fc.record({ top: edge, left: edge, bottom: edge, right: edge })
const maps = fc.record({
  images: small(5),
  shards: small(6),
  height: small(6),
  width: small(6),
  channels: fc.constantFrom(1, 3, 4, 5, 16, 17),
  seed: small(2 ** 31 - 1),
})

const random = (m: { images: number; height: number; width: number; channels: number; seed: number }) =>
  values(m.images, m.height, m.width, m.channels, numbers(m.images * m.height * m.width * m.channels, m.seed))

describe('place', () => {
  test.prop([maps, border, border, fc.boolean(), fc.boolean()])(
    'copies or adds a block from any layout to any other, and leaves the rest',
    (m, from, to, accumulate, compact) => {
      harness.clear()
      const x = random(m)
      const before = random({ ...m, seed: m.seed + 1 })
      const xMap = new FeatureMap(harness, x, compact ? { ...from, stored: m.channels } : from)
      const yMap = new FeatureMap(harness, before, { ...to, fill: 7, ...(compact && { stored: m.channels }) })
      harness.run(
        'place',
        {
          ...xMap.operands('x'),
          ...yMap.operands('y'),
          height: m.height,
          width: m.width,
          channels: m.channels,
          accumulate: accumulate ? 1 : 0,
        },
        { rows: m.images, shards: m.shards },
      )
      const expected = x.data.map((v, i) => Math.fround(v + (accumulate ? (before.data[i] as number) : 0)))
      expect(yMap.read().data).toEqual(expected)
      expect([...yMap.outside].filter((v) => v !== 7)).toEqual([])
    },
  )

  test.prop([maps])('flips with negative strides', (m) => {
    harness.clear()
    const x = random(m)
    const xMap = new FeatureMap(harness, x)
    const yMap = new FeatureMap(harness, m)
    const { xImage } = xMap.operands('x')
    harness.run(
      'place',
      {
        x: xMap.address(m.height - 1, m.width - 1),
        xImage,
        xRow: -xMap.row,
        xPixel: -xMap.pixel,
        ...yMap.operands('y'),
        height: m.height,
        width: m.width,
        channels: m.channels,
        accumulate: 0,
      },
      { rows: m.images, shards: m.shards },
    )
    const y = yMap.read()
    const flipped = x.data.map((_, index) => {
      const pixel = Math.floor(index / m.channels)
      const [row, column] = [Math.floor(pixel / m.width) % m.height, pixel % m.width]
      const image = Math.floor(pixel / m.width / m.height)
      return x.data[
        at(x, image, m.height - 1 - row, m.width - 1 - column, index % m.channels) as number
      ] as number
    })
    expect(y.data).toEqual(flipped)
  })
})

test.prop([maps, border])('clearBorder clears the border and nothing else', (m, sides) => {
  harness.clear()
  const y = random(m)
  const map = new FeatureMap(harness, y, { ...sides, stored: m.channels, fill: 7 })
  harness.run(
    'clearBorder',
    { ...map.operands('y'), height: m.height, width: m.width, channels: m.channels, ...sides },
    { rows: m.images, shards: m.shards },
  )
  expect(map.read()).toEqual(y)
  expect([...map.outside].filter((v) => v !== 0)).toEqual([])
})

test.prop([maps, small(3), small(3), border, fc.boolean()])(
  'upsample repeats pixels; its gradient sums over the copies',
  (m, factorHeight, factorWidth, sides, accumulate) => {
    harness.clear()
    const size = { ...m, channels: Math.ceil(m.channels / 4) * 4 }
    const x = random(size)
    const large = { ...size, height: m.height * factorHeight, width: m.width * factorWidth }
    const xMap = new FeatureMap(harness, x, sides)
    const yMap = new FeatureMap(harness, large, { ...sides, fill: 7 })
    const shape = { height: m.height, width: m.width, channels: size.channels, factorHeight, factorWidth }
    const run = { rows: m.images, shards: m.shards }
    harness.run('upsample', { ...xMap.operands('x'), ...yMap.operands('y'), ...shape }, run)
    const dy = random({ ...large, seed: m.seed + 1 })
    const before = random({ ...size, seed: m.seed + 2 })
    const dyMap = new FeatureMap(harness, dy)
    const dxMap = new FeatureMap(harness, before, { ...sides, fill: 7 })
    harness.run(
      'upsampleBackward',
      { ...dyMap.operands('dy'), ...dxMap.operands('dx'), ...shape, accumulate: accumulate ? 1 : 0 },
      run,
    )
    const y = yMap.read()
    const dx = accumulate ? Float64Array.from(before.data) : new Float64Array(x.data.length)
    const expected = y.data.map((_, index) => {
      const pixel = Math.floor(index / size.channels)
      const row = Math.floor(pixel / large.width) % large.height
      const image = Math.floor(pixel / large.width / large.height)
      const from = at(
        x,
        image,
        Math.floor(row / factorHeight),
        Math.floor((pixel % large.width) / factorWidth),
        index % size.channels,
      ) as number
      dx[from] = (dx[from] as number) + (dy.data[index] as number)
      return x.data[from] as number
    })
    expect(y.data).toEqual(expected)
    expect(difference(dxMap.read().data, dx, 1)).toBeLessThan(1e-6)
    expect([...yMap.outside, ...dxMap.outside].filter((v) => v !== 7)).toEqual([])
  },
)
