import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import {
  randomBrightness,
  randomContrast,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
} from '@treadle/keras/extensions'
import { startRuntime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../evaluate.ts'
import { fit } from '../fit.ts'
import type { TrainOptions } from '../options.ts'
import { dataset, images, refusal } from '../testing/running.ts'
import { drawWeights, smallTable, weightBits } from '../testing/small.ts'
import { type Augmentation, brightness, contrast, flip, rotate, shift, translate, zoom } from './index.ts'
import { augmentationOfLayers } from './of-layers.ts'

type Layer = tfl.layers.Layer

/** A classifier of images of 4 × 5 pixels that begins with these layers. */
function network(first: readonly Layer[], then: readonly Layer[] = []) {
  const model = tfl.sequential({
    layers: [
      tfl.layers.reshape({ inputShape: [4, 5], targetShape: [4, 5, 1] }),
      ...first,
      tfl.layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu' }),
      ...then,
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  })
  return drawWeights(model, 4)
}

const range = { valueRange: [0, 1] } as const
const everyKind = () => [
  randomFlip(),
  randomRotation({ factor: [-0.1, 0.1] }),
  randomZoom({ heightFactor: -0.2 }),
  randomTranslation({ heightFactor: 0.1, widthFactor: [-0.1, 0.1] }),
  randomContrast({ factor: 0.3, ...range }),
  randomBrightness({ factor: [-0.2, 0.2], ...range }),
]
const asList: Augmentation[] = [
  flip('horizontal_and_vertical'),
  rotate(36),
  zoom(0.2),
  translate(0.1),
  contrast(0.3),
  brightness(0.2),
]

let stop: () => Promise<void>
beforeAll(async () => {
  const runtime = await startRuntime({ threads: 1 })
  stop = () => runtime.dispose()
})
afterAll(() => stop())

test('the layers at the beginning of a network are augmentations, with their strengths', () => {
  expect(augmentationOfLayers(network(everyKind()), images)).toEqual(asList)
  const scaled = [
    tfl.layers.rescaling({ scale: 2, offset: -1 }),
    randomContrast({ factor: 0.1, valueRange: [-1, 1] }),
    randomFlip({ mode: 'vertical' }),
  ]
  expect(augmentationOfLayers(network(scaled), images)).toEqual([contrast(0.1), flip('vertical')])
  expect(augmentationOfLayers(network([]), images)).toEqual([])
})

describe.each(['compiled', 'eager'] as const)('%s', (executor) => {
  const options: TrainOptions = { executor, epochs: 2, batchSize: 16, seed: 3 }

  test('trains with the layers to the bits of a run with the same augmentations, and predicts without them', async () => {
    const withLayers = network(everyKind())
    const plain = network([])
    const given = { ...options, augmentation: [shift(1)] }
    const result = await fit(withLayers, dataset, given)
    expect(result.executor).toBe(executor)
    await fit(plain, dataset, { ...given, augmentation: [shift(1), ...asList] })
    expect(weightBits(withLayers)).toEqual(weightBits(plain))
    const [one, other] = [await evaluate(withLayers, dataset.test), await evaluate(plain, dataset.test)]
    expect(one.outputs).toEqual(other.outputs)
    const unchanged = network([])
    await fit(unchanged, dataset, given)
    expect(weightBits(unchanged)).not.toEqual(weightBits(plain))
  })
})

describe('what no augmentation does is refused, with the layer’s name', () => {
  test.each<[RegExp, () => readonly Layer[], () => readonly Layer[]]>([
    [
      /`flip` \(RandomFlip\) can only be used in training at the beginning/,
      () => [],
      () => [randomFlip({ name: 'flip' })],
    ],
    [
      /`fill_mode` \(="constant"\) must be 'reflect'/,
      () => [randomZoom({ heightFactor: 0.1, fillMode: 'constant' })],
      () => [],
    ],
    [
      /`interpolation` \(="nearest"\) must be 'bilinear'/,
      () => [randomRotation({ factor: 0.1, interpolation: 'nearest' })],
      () => [],
    ],
    [/`factor` \(=0.75\) must be at most 0.5/, () => [randomRotation({ factor: 0.75 })], () => []],
    [
      /`factor` \(=\[0,0\.1\]\) must be as large in both directions/,
      () => [randomRotation({ factor: [0, 0.1] })],
      () => [],
    ],
    [/`width_factor` .* must be None/, () => [randomZoom({ heightFactor: 0.1, widthFactor: 0.2 })], () => []],
    [/must be equal/, () => [randomTranslation({ heightFactor: 0.1, widthFactor: 0.2 })], () => []],
    [
      /`value_range` \(=\[0, 255\]\) must be the range of the values it gets, which is \[0, 1\]/,
      () => [randomBrightness({ factor: 0.1 })],
      () => [],
    ],
  ])('%s', async (message, first, then) => {
    const { code, message: found } = await refusal(() =>
      fit(network(first(), then()), dataset, { epochs: 1 }),
    )
    expect(code).toBe('TRAINER_UNSUPPORTED_MODEL')
    expect(found).toMatch(message)
  })

  test('and so are other data than images', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.reshape({ inputShape: [3], targetShape: [3, 1, 1] }),
        randomFlip({ name: 'flip' }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 2 }),
      ],
    })
    const { message } = await refusal(() => fit(model, smallTable(20), { epochs: 1 }))
    expect(message).toMatch(/`flip` \(RandomFlip\) changes images, but the training data are a table/)
  })
})
