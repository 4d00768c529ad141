import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { adam } from '@treadle/optim'
import { Purpose, RandomStream } from '@treadle/core'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { singleStep } from './single-step.ts'
import { drawWeights } from './small.ts'

beforeAll(() => tf.setBackend('cpu').then(() => undefined))
afterEach(() => tf.disposeVariables())

function numbers(count: number, stream: number): Float32Array {
  const random = new RandomStream(5, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => random.uniform(i) - 0.5)
}

test('one step of a small wide-and-deep network leaks no tensor and changes every weight', async () => {
  const input = tfl.input({ shape: [4, 5] })
  let x = tfl.layers.dense({ units: 3, activation: 'relu' }).apply(input)
  x = tfl.layers.batchNormalization().apply(x)
  x = tfl.layers.dropout({ rate: 0.5 }).apply(x)
  x = tfl.layers.concatenate().apply([input, x as tfl.SymbolicTensor])
  x = tfl.layers.flatten().apply(x)
  x = tfl.layers.dense({ units: 3, activation: 'softmax' }).apply(x)
  const model = drawWeights(tfl.model({ inputs: input, outputs: x as tfl.SymbolicTensor }), 1)
  const weights = model.weights.map((w) => w.read().dataSync().slice() as Float32Array)
  const zeros = model.trainableWeights.map((w) => new Float32Array(w.read().size))
  const before = tf.memory().numTensors
  const result = await singleStep({
    model,
    optimizer: adam(),
    weights,
    slots: { momentum: zeros, velocity: zeros },
    t: 0,
    batch: { x: numbers(7 * 20, 0), y: Int32Array.of(0, 1, 2, 0, 1, 2, 0) },
    seedStream: { seed: 1, epoch: 0, step: 0 },
  })
  expect(tf.memory().numTensors).toBe(before)
  expect(result.loss).toBeGreaterThan(0)
  expect(result.gradients.every((g) => g.some((v) => v !== 0))).toBe(true)
  result.weights.forEach((w, i) => expect([...w]).not.toEqual([...(weights[i] as Float32Array)]))
})
