import '@tensorflow/tfjs-backend-cpu'
import { layers, sequential, type LayersModel } from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, test } from 'vitest'
import { disposeVariables } from '@tensorflow/tfjs-core'
import { FakeDirectory } from '../test/fake-directory.ts'
import { Classifier, loadModel, saveModel } from './index.ts'

afterEach(() => disposeVariables())

const classNames = ['a', 'b', 'c']
const options = { classNames, preprocessing: { height: 2, width: 3, channels: 1 } } as const
const dense = (activation: 'softmax' | 'linear' | 'relu', inputShape?: number[]) =>
  layers.dense({ units: 3, activation, ...(inputShape && { inputShape }) })

const heads: [string, () => LayersModel, fromLogits: boolean][] = [
  ['a Dense with softmax', () => sequential({ layers: [dense('softmax', [6])] }), false],
  ['a Dense without activation', () => sequential({ layers: [dense('linear', [6])] }), true],
  [
    'an Activation',
    () => sequential({ layers: [dense('linear', [6]), layers.activation({ activation: 'softmax' })] }),
    false,
  ],
  [
    'a linear Activation after a softmax',
    () => sequential({ layers: [dense('softmax', [6]), layers.activation({ activation: 'linear' })] }),
    false,
  ],
  [
    'nested Sequentials, as Teachable Machine writes them',
    () => {
      const features = sequential({
        layers: [layers.dense({ units: 4, activation: 'relu', inputShape: [6] })],
      })
      const head = sequential({ layers: [dense('relu', [4]), dense('softmax')] })
      return sequential({ layers: [features, head] })
    },
    false,
  ],
  [
    'a Reshape after a softmax',
    () =>
      sequential({
        layers: [
          layers.reshape({ targetShape: [1, 6], inputShape: [6] }),
          dense('softmax'),
          layers.reshape({ targetShape: [3] }),
        ],
      }),
    false,
  ],
  [
    'a Flatten after a convolution without activation',
    () =>
      sequential({
        layers: [
          layers.reshape({ targetShape: [2, 3, 1], inputShape: [6] }),
          layers.conv2d({ filters: 3, kernelSize: [2, 3] }),
          layers.flatten(),
        ],
      }),
    true,
  ],
  [
    'the global average of softmaxes',
    () =>
      sequential({
        layers: [
          layers.reshape({ targetShape: [2, 3, 1], inputShape: [6] }),
          layers.conv2d({ filters: 3, kernelSize: 1, activation: 'softmax' }),
          layers.globalAveragePooling2d({}),
        ],
      }),
    false,
  ],
]

describe.each(heads)('a network that ends in %s', (_, make, fromLogits) => {
  test(`classifies${fromLogits ? ', from logits' : ''}`, async () => {
    const classifier = Classifier.from(make(), options)
    expect(classifier.fromLogits).toBe(fromLogits)
    const found = await classifier.classify({
      data: Uint8Array.of(26, 230, 77, 102, 51, 128),
      width: 3,
      height: 2,
      channels: 1,
    })
    expect(found.map(({ className }) => className).sort()).toEqual(classNames)
    expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6)
    await classifier.dispose()
  })
})

test('a Reshape that joins several softmaxes is no distribution over classes', () => {
  const model = sequential({
    layers: [layers.reshape({ targetShape: [2, 3], inputShape: [6] }), dense('softmax'), layers.flatten()],
  })
  expect(() => Classifier.from(model, { ...options, classNames: ['a', 'b', 'c', 'd', 'e', 'f'] })).toThrow(
    /must end in a softmax/,
  )
})

test('a nested network that is frozen is still frozen after it is saved and loaded', async () => {
  const base = sequential({ name: 'base', layers: [dense('relu', [6]), layers.batchNormalization()] })
  const model = sequential({ layers: [base, dense('softmax')] })
  base.trainable = false
  const folder = new FakeDirectory()
  await saveModel(model, folder)
  const loaded = await loadModel(folder)
  expect(loaded.layers.map(({ trainable }) => trainable)).toEqual([false, true])
  expect(loaded.trainableWeights.map(({ shape }) => shape)).toEqual([[3, 3], [3]])
  // Without the mark a network trains whole.
  base.trainable = true
  const other = new FakeDirectory()
  await saveModel(model, other)
  expect((await loadModel(other)).trainableWeights).toHaveLength(6)
})
