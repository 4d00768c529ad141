import { beforeAll, expect, test } from 'vitest'
import {
  convolutionExtent,
  convolutionGradientExtent,
  convolutionMethods,
  convolutionScratch,
  convolutionTransformedBytes,
  convolutionWeights,
  convolutionWeightsScratch,
} from '../src/index.ts'
import { numbers } from './arbitraries.ts'
import { FeatureMap, values } from './feature-maps.ts'
import { Harness } from './harness.ts'

/** The root mean square error of Winograd's methods, as a multiple of the direct convolution's. */
const MOST = 3.5

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})

/** The root mean square of the error, as a part of that of the values. */
function error(found: ArrayLike<number>, expected: Float64Array): number {
  let off = 0
  let all = 0
  expected.forEach((value, i) => {
    off += ((found[i] as number) - value) ** 2
    all += value ** 2
  })
  return Math.sqrt(off / all)
}

test.each([
  [14, 16, 16],
  [14, 32, 64],
  [7, 64, 64],
])('a map of %d², %d → %d channels', (size, channels, filters) => {
  const images = 3
  const shape = {
    height: size,
    width: size,
    channels,
    filters,
    kernelHeight: 3,
    kernelWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
  }
  const x = values(
    images,
    size,
    size,
    channels,
    numbers(images * size * size * channels, 1).map((v) => Math.max(0, v)),
  )
  const dy = values(images, size, size, filters, numbers(images * size * size * filters, 2))
  const layout = convolutionWeights(shape)
  const weights = numbers(layout.bytes / 4, 3)
  const y = new Float64Array(dy.data.length)
  const dw = new Float64Array(weights.length)
  for (let i = 0; i < images; i++)
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++)
        for (let tap = 0; tap < 9; tap++) {
          const row = r + Math.floor(tap / 3) - 1
          const column = c + (tap % 3) - 1
          if (row < 0 || row >= size || column < 0 || column >= size) continue
          for (let k = 0; k < channels; k++) {
            const value = x.data[((i * size + row) * size + column) * channels + k] as number
            for (let f = 0; f < filters; f++) {
              const weight = layout.at(tap * channels + k, f)
              const pixel = ((i * size + r) * size + c) * filters + f
              y[pixel] = (y[pixel] as number) + value * (weights[weight] as number)
              dw[weight] = (dw[weight] as number) + value * (dy.data[pixel] as number)
            }
          }
        }

  const errors = Object.entries(convolutionMethods).map(([name, method]) => {
    harness.clear()
    const extent = convolutionExtent(shape, method)
    const map = new FeatureMap(harness, x, {
      top: 1,
      left: 1,
      bottom: extent.rows - size - 1,
      right: extent.columns - size - 1,
    })
    const out = new FeatureMap(harness, { images, height: size, width: size, channels: filters })
    const { rows, columns } = convolutionGradientExtent(shape, method)
    const gradient = new FeatureMap(harness, dy, { bottom: rows - size, right: columns - size })
    const source = harness.room(weights).address
    const target = harness.room(Math.max(4, convolutionTransformedBytes(shape, method) / 4)).address
    const transformed = method !== convolutionMethods.direct
    if (transformed)
      harness.run('winogradWeights', { source, target, channels, filters, method }, { rows: images })
    const scratch = Math.max(64, convolutionScratch(shape, method), convolutionWeightsScratch(shape, method))
    const common = {
      ...map.operands('x', -1, -1),
      ...shape,
      method,
      scratch: harness.room(scratch / 4).address,
      scratchThread: 0,
    }
    const forward = {
      ...common,
      ...out.operands('y'),
      weights: transformed ? target : source,
      bias: 0,
      flags: 0,
      byRow: 0,
    }
    harness.run('convolve', forward, { rows: images })
    const sums = harness.room(weights.length)
    const backward = {
      ...common,
      ...gradient.operands('dy'),
      dw: sums.address,
      dwPart: 0,
      db: 0,
      dbPart: 0,
      parts: 1,
      groups: 1,
    }
    harness.run('convolveWeights', backward, { rows: images })
    return { name, forward: error(out.read().data, y), byWeights: error(sums.floats, dw) }
  })
  const [direct, ...winograd] = errors as [(typeof errors)[number], ...typeof errors]
  expect(direct.forward).toBeLessThan(1e-6)
  for (const method of winograd) {
    expect([method.name, method.forward / direct.forward < MOST]).toEqual([method.name, true])
    expect([method.name, method.byWeights / direct.byWeights < MOST]).toEqual([method.name, true])
  }
})
