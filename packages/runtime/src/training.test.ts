import * as tf from '@tensorflow/tfjs-core'
import { layers, model as layersModel, sequential, input as inputLayer } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, test } from 'vitest'
import { noise, noisy } from '../test/compare.ts'
import { activeRuntime, startRuntime } from './index.ts'

afterEach(async () => {
  await activeRuntime()?.dispose()
})

/** Sets every weight to values that depend only on its position. */
function fillWeights(model: LayersModel): void {
  const filled = model.getWeights().map((weight, i) => {
    const values = noise(weight.size, i + 1).map((x) => x * 0.3)
    return tf.tensor(values, weight.shape)
  })
  model.setWeights(filled)
  tf.dispose(filled)
}

/** The baseline network for 28 × 28 images, without dropout, whose mask is random in tfjs. */
function wideAndDeep(): LayersModel {
  const input = inputLayer({ shape: [28, 28] })
  let x = layers.dense({ units: 30, activation: 'relu' }).apply(input)
  x = layers.batchNormalization().apply(x)
  x = layers.dense({ units: 30, activation: 'relu' }).apply(x)
  x = layers.batchNormalization().apply(x)
  x = layers.concatenate().apply([input, x as SymbolicTensor])
  x = layers.flatten().apply(x)
  return layersModel({
    inputs: input,
    outputs: layers.dense({ units: 10, activation: 'softmax' }).apply(x) as SymbolicTensor,
  })
}

/** The bits of all weights after a few steps of Adam on batches of 128 images, which run on all threads. */
async function trainedBits(threads: number): Promise<{ weights: Uint32Array[]; losses: unknown }> {
  await startRuntime({ threads })
  const model = wideAndDeep()
  fillWeights(model)
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' })
  const x = noisy([512, 28, 28], 1)
  const y = tf.oneHot(
    tf.tensor1d(
      noise(512, 2).map((v) => Math.floor(5 + 5 * v)),
      'int32',
    ),
    10,
  )
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 128, shuffle: false, verbose: 0 })
  const weights = model
    .getWeights()
    .map((weight) => new Uint32Array(weight.dataSync<'float32'>().slice().buffer))
  tf.dispose([x, y])
  model.dispose()
  await activeRuntime()?.dispose()
  return { weights, losses: history['loss'] }
}

test('training gives the same bits on 1, 2 and 3 threads', async () => {
  const one = await trainedBits(1)
  expect(await trainedBits(2)).toEqual(one)
  expect(await trainedBits(3)).toEqual(one)
})

test('three calls of fit leave no tensor', async () => {
  await startRuntime({ threads: 2 })
  const before = tf.memory()
  for (let i = 0; i < 3; i++) {
    const model = wideAndDeep()
    const optimizer = tf.train.adam()
    model.compile({ optimizer, loss: 'categoricalCrossentropy' })
    const x = noisy([40, 28, 28], 1)
    const y = noisy([40, 10], 2)
    await model.fit(x, y, { batchSize: 16, verbose: 0 })
    tf.dispose([x, y])
    model.dispose()
    optimizer.dispose()
  }
  const { numTensors, numDataBuffers, numBytes } = tf.memory()
  expect({ numTensors, numDataBuffers, numBytes }).toEqual({
    numTensors: before.numTensors,
    numDataBuffers: before.numDataBuffers,
    numBytes: before.numBytes,
  })
})

describe('fit learns with layers that the stock backend cannot train', () => {
  const image = { inputShape: [8, 8, 3] }
  const cases: Record<string, () => Parameters<ReturnType<typeof sequential>['add']>[0]> = {
    conv1d: () => layers.conv1d({ inputShape: [12, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
    conv2d: () =>
      layers.conv2d({ ...image, filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
    conv2dTranspose: () => layers.conv2dTranspose({ ...image, filters: 4, kernelSize: 3, strides: 2 }),
    separableConv2d: () =>
      layers.separableConv2d({ ...image, filters: 4, kernelSize: 3, depthMultiplier: 2 }),
    depthwiseConv2d: () => layers.depthwiseConv2d({ ...image, kernelSize: 3, depthMultiplier: 2 }),
    embedding: () => layers.embedding({ inputDim: 20, outputDim: 4, inputLength: 6 }),
  }
  test.each(Object.keys(cases))('%s', async (name) => {
    await startRuntime({ threads: 2 })
    const model = sequential({
      layers: [(cases[name] as () => never)(), layers.flatten(), layers.dense({ units: 1 })],
    })
    fillWeights(model)
    const optimizer = tf.train.adam(0.02)
    model.compile({ optimizer, loss: 'meanSquaredError' })
    const shape = [32, ...(model.inputs[0] as SymbolicTensor).shape.slice(1)] as number[]
    const x = name === 'embedding' ? tf.floor(tf.add(tf.mul(noisy(shape, 1), 10), 10)) : noisy(shape, 1)
    const y = noisy([32, 1], 2)
    const before = model.layers[0]?.getWeights().map((weight) => weight.dataSync().slice())
    const { history } = await model.fit(x, y, { epochs: 15, batchSize: 16, shuffle: false, verbose: 0 })
    const losses = history['loss'] as number[]
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number))
    const after = model.layers[0]?.getWeights().map((weight) => weight.dataSync())
    expect(after, 'its own weights have moved').not.toEqual(before)
    tf.dispose([x, y])
    model.dispose()
    optimizer.dispose()
  })
})
