import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { readGraph } from '@treadle/keras'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fit } from '../fit.ts'
import { images } from '../testing/running.ts'
import { drawWeights } from '../testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const { layers } = tfl

/** A model whose nested base is called with `training`, as Keras 2 writes it. */
function withBase(
  training: boolean | undefined,
  trainable: boolean,
  rate = 0.5,
): { model: tfl.LayersModel; base: tfl.Sequential } {
  const base = tfl.sequential({
    name: 'base',
    layers: [
      layers.dense({ units: 6, activation: 'relu', inputShape: [4, 5] }),
      layers.batchNormalization(),
      layers.dropout({ rate }),
    ],
  })
  const input = tfl.input({ shape: [4, 5] })
  const hidden = base.apply(input, training === undefined ? {} : { training }) as tfl.SymbolicTensor
  const flat = layers.flatten().apply(hidden)
  const output = layers.dense({ units: 3, activation: 'softmax' }).apply(flat) as tfl.SymbolicTensor
  const model = drawWeights(tfl.model({ inputs: input, outputs: output }), 1)
  base.trainable = trainable
  return { model, base }
}

const movingMean = (base: tfl.Sequential) => [...(base.weights.at(-2) as tfl.LayerVariable).read().dataSync()]

const inference = (training: boolean | undefined) =>
  readGraph(withBase(training, true).model).nodes.map((node) => node.inference)

test('the graph says which layers are called with training=False, in nested models too', () => {
  expect(inference(false)).toEqual([false, true, true, true, false, false])
  expect(inference(undefined)).not.toContain(true)
})

test.each([
  ['eager', true],
  ['eager', false],
  ['compiled', false],
] as const)(
  '%s: a base that is called with training=False keeps its moving averages and drops nothing (trainable: %s)',
  async (executor, trainable) => {
    const { model, base } = withBase(false, trainable)
    const before = movingMean(base)
    const { history } = await fit(model, images, { epochs: 1, executor, seed: 1 })
    expect(movingMean(base)).toEqual(before)
    const without = withBase(false, trainable, 0).model
    const expected = await fit(without, images, { epochs: 1, executor, seed: 1 })
    expect(history.loss).toEqual(expected.history.loss)
  },
)

test('a base that is called without the argument does not', async () => {
  const { model, base } = withBase(undefined, true)
  const before = movingMean(base)
  await fit(model, images, { epochs: 1, executor: 'eager' })
  expect(movingMean(base)).not.toEqual(before)
})

test('compiled: weights that train in a call with training=False are named as unsupported', async () => {
  const { model } = withBase(false, true)
  await expect(fit(model, images, { epochs: 1, executor: 'compiled' })).rejects.toThrow(
    /layer `batch_normalization.*`: it is called with training=False while its `gamma` is trained/,
  )
})
