import { startRuntime } from '@treadle/runtime'
import { memory, tensor } from '@tensorflow/tfjs-core'
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { featureMaps, mapLayers } from './feature-maps.ts'
import { weightPictures } from './weight-pictures.ts'

let stop: () => Promise<void>
let model: LayersModel

// Two filters of 1 × 2 pixels: the sum of two neighbours, and their difference.
const sumAndDifference = [1, 1, 1, -1]

beforeAll(async () => {
  const runtime = await startRuntime({ threads: 1 })
  stop = () => runtime.dispose()
  model = sequential({
    layers: [
      layers.reshape({ inputShape: [2, 3], targetShape: [2, 3, 1] }),
      layers.conv2d({ filters: 2, kernelSize: [1, 2], useBias: false, name: 'first' }),
      layers.dropout({ rate: 0.5, name: 'drop' }),
      layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ],
  })
  model.getLayer('first').setWeights([tensor(sumAndDifference, [1, 2, 1, 2])])
})

afterAll(() => stop())

test('layers with maps are those that put out rows, columns and channels, from the first weights on', () => {
  expect(mapLayers(model)).toEqual(['first', 'pool'])
})

test('the maps of a layer are what it puts out, channel by channel, and leave no tensor behind', () => {
  const input = Float32Array.of(1, 2, 4, 8, 16, 32)
  const before = memory().numTensors
  const maps = featureMaps(model, input, 'first')
  expect(maps).toEqual({
    kind: 'Conv2D',
    count: 2,
    height: 2,
    width: 2,
    values: Float32Array.of(3, 6, 24, 48, -1, -2, -8, -16),
  })
  expect(featureMaps(model, input, 'pool')?.values).toEqual(Float32Array.of(48, -1))
  expect(memory().numTensors).toBe(before)
})

test('there are none of other layers, and none for an input of another size', () => {
  expect(featureMaps(model, new Float32Array(6), 'drop')).toBeUndefined()
  expect(featureMaps(model, new Float32Array(6), 'of another network')).toBeUndefined()
  expect(featureMaps(model, new Float32Array(5), 'first')).toBeUndefined()
})

test('the filters of a first convolution are pictures: one a filter, in grey or colour', () => {
  const [filters] = weightPictures(model, ['a', 'b', 'c'])
  expect(filters).toMatchObject({
    layer: 'first',
    height: 1,
    width: 2,
    channels: 1,
    names: ['Filter 1', 'Filter 2'],
  })
  expect(filters?.values).toEqual(Float32Array.of(1, 1, 1, -1))

  const colour = sequential({ layers: [layers.conv2d({ inputShape: [4, 4, 3], filters: 2, kernelSize: 1 })] })
  colour.layers[0]?.setWeights([tensor([1, 2, 3, 4, 5, 6], [1, 1, 3, 2]), tensor([0, 0])])
  const [picture] = weightPictures(colour, ['a', 'b'])
  expect(picture).toMatchObject({ channels: 3, height: 1, width: 1 })
  expect(picture?.values).toEqual(Float32Array.of(1, 3, 5, 2, 4, 6))
  colour.dispose()
})
