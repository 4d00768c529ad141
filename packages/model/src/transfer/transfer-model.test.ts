import '@tensorflow/tfjs-backend-cpu'
import { memory, tensor, tidy } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeDirectory, loadStock } from '../../test/fake-directory.ts'
import { expectSame } from '../../test/expect-same.ts'
import { loadModel, models, saveModel, transferModel, unfreezeLayers } from '../index.ts'

let tensorsBefore: number
beforeEach(() => {
  tensorsBefore = memory().numTensors
})
afterEach(() => expect(memory().numTensors).toBe(tensorsBefore))

const { layers } = tfl
const build = (name: string, inputShape = [8, 8, 3]) =>
  models.get(name)!.build({ seed: 3, inputShape, outputs: 4 })
const names = (model: tfl.LayersModel) => model.layers.map(({ name }) => name)
const bits = (model: { weights: tfl.LayersModel['weights'] }) =>
  model.weights.map((weight) => [...weight.read().dataSync()])

test.each([
  ['cnn-tiny', 'global_average'],
  ['resnet', 'global_average'],
  ['mlp', undefined],
  ['wide-and-deep', undefined],
])('the head of %s is replaced, and the base is frozen and the same', async (name, cut) => {
  const base = await build(name)
  const before = bits(base)
  const model = await transferModel(base, { classes: 3, seed: 1 })
  expect(names(model).at(-1)).toBe('head')
  if (cut !== undefined) expect(names(model).at(-2)).toBe(cut)
  expect(model.outputs[0]?.shape).toEqual([null, 3])
  expect(model.trainableWeights.map(({ originalName }) => originalName)).toEqual(['head/kernel', 'head/bias'])
  for (const layer of model.layers.slice(0, -1)) {
    const own = base.getLayer(layer.name)
    expect(bits(layer)).toEqual(bits(own))
    // A copy: training it does not change the base.
    layer.weights.forEach((weight, i) => expect(weight).not.toBe(own.weights[i]))
  }
  expect(bits(base)).toEqual(before)
  const again = await transferModel(base, { classes: 3, seed: 1 })
  expect(bits(again)).toEqual(bits(model))
  base.dispose()
  again.dispose()
  expect(unfreezeLayers(model, 1)).toHaveLength(1)
  model.dispose()
})

test('what is saved is loaded by stock tfjs, frozen layers included', async () => {
  const base = await build('cnn-tiny')
  const model = await transferModel(base, { classes: 2, seed: 5, dropout: 0.2 })
  expect(names(model).slice(-3)).toEqual(['global_average', 'head_dropout', 'head'])
  const folder = new FakeDirectory()
  await saveModel(model, folder)
  const [stock, loaded] = [await loadStock(folder), await loadModel(folder)]
  expectSame(stock, model)
  expectSame(loaded, model)
  expect(loaded.trainableWeights).toHaveLength(2)
  // It is a base itself.
  const next = await transferModel(loaded, { classes: 5 })
  expect(names(next).slice(-2)).toEqual(['global_average', 'head'])
  for (const one of [base, model, stock, loaded, next]) one.dispose()
})

test('a chosen layer is the cut; its map is averaged, rows are flattened', async () => {
  const base = await build('cnn-tiny')
  const model = await transferModel(base, { classes: 2, layer: 'pool_1' })
  expect(names(model).slice(-3)).toEqual(['pool_1', 'head_average', 'head'])
  const rows = tfl.sequential({
    layers: [
      layers.dense({ units: 5, inputShape: [4, 5], name: 'head' }),
      layers.dense({ units: 5, activation: 'softmax', name: 'rows' }),
      layers.flatten(),
      layers.dense({ units: 2 }),
      layers.activation({ activation: 'softmax' }),
    ],
  })
  const other = await transferModel(rows, { classes: 2, layer: 'rows' })
  expect(names(other).slice(1)).toEqual(['head', 'rows', 'head_flatten', 'head_2'])
  for (const one of [base, model, rows, other]) one.dispose()
})

test('a nested head is replaced as a whole, as of a model of Teachable Machine', async () => {
  const base = tfl.sequential({
    layers: [
      tfl.sequential({
        name: 'features',
        layers: [
          layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 3] }),
          layers.globalAveragePooling2d({}),
        ],
      }),
      tfl.sequential({
        name: 'classes',
        layers: [
          layers.dense({ units: 4, activation: 'relu', inputShape: [2] }),
          layers.dense({ units: 2, activation: 'softmax', useBias: false }),
        ],
      }),
    ],
  })
  const model = await transferModel(base, { classes: 3 })
  expect(model.trainableWeights).toHaveLength(2)
  expect(model.weights).toHaveLength(4)
  expect(unfreezeLayers(model, 9)).toHaveLength(1)
  model.dispose()
  // tfjs does not dispose all of nested networks.
  for (const weight of base.weights) weight.dispose()
})

test('a base of other values takes them as it did', async () => {
  const base = await build('mlp', [2, 2])
  const features = tfl.model({
    inputs: base.inputs,
    outputs: base.layers.at(-2)!.output,
  })
  const model = await transferModel(base, { classes: 2, rescaling: { scale: 2, offset: -1 } })
  const scaled = tfl.model({
    inputs: model.inputs,
    outputs: model.layers.at(-2)!.output,
  })
  tidy(() => {
    const [x, moved] = [
      [0, 0.25, 0.5, 1],
      [-1, -0.5, 0, 1],
    ].map((values) => tensor(values, [1, 2, 2]))
    const [given, expected] = [scaled.predict(x!), features.predict(moved!)] as [Tensor, Tensor]
    expect([...given.dataSync()]).toEqual([...expected.dataSync()])
  })
  base.dispose()
  model.dispose()
})

test.each([
  ['no such layer', { layer: 'pool_9' }, /has no layer `pool_9`. Did you mean pool_1\?/],
  ['the input', { layer: 'input' }, /has no layers before the end of `input`/],
  ['one class', { classes: 1 }, /`classes` \(=1\) must be an integer of at least 2/],
  ['too much dropout', { dropout: 1 }, /`dropout` \(=1\) must be/],
])('refuses %s', async (_, options, message) => {
  const base = await build('cnn-tiny')
  await expect(transferModel(base, { classes: 2, ...options })).rejects.toThrow(message)
  base.dispose()
})

test('refuses what it cannot cut', async () => {
  const flat = tfl.sequential({
    layers: [layers.dense({ units: 3, inputShape: [4], activation: 'softmax' })],
  })
  const map = tfl.sequential({
    layers: [
      layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [4, 4, 1], name: 'conv' }),
      layers.flatten(),
    ],
  })
  await expect(transferModel(flat, { classes: 2 })).rejects.toMatchObject({ code: 'MODEL_BAD_BASE' })
  await expect(transferModel(map, { classes: 2 })).rejects.toThrow(
    /of type Flatten|`conv`|cannot be cut by rule/,
  )
  flat.dispose()
  map.dispose()
})
