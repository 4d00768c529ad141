import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import fixture from '../../test/fixtures/keras-shared-steps.json' with { type: 'json' }
import { ROWS } from '../testing/keras-networks.ts'
import { differencesOfSteps, freeDifference } from '../testing/keras-runs.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

/**
 * How far Treadle's moving averages of the siamese pair lie from Keras's because of the order of calls. Keras runs calls
 * by their depth in the network, in this network the right call before the left one. Treadle runs the left call first.
 * With momentum 0.99 its moving averages are therefore larger by 0.01² · (right − left), of the means and variances of
 * the batch in the two calls.
 */
function callOrder(
  model: tfl.LayersModel,
  weights: readonly Float32Array[],
  inputs: readonly Float32Array[],
): number[][] {
  return tf.tidy(() => {
    model.setWeights(weights.map((own, i) => tf.tensor(own, model.weights[i]?.shape as number[])))
    const convolution = model.layers.find((layer) => layer.getClassName() === 'Conv2D') as tfl.layers.Layer
    const [left, right] = inputs.map((input) => {
      const map = convolution.apply(tf.tensor(input, [ROWS, 5, 5, 1])) as tf.Tensor
      const { mean, variance } = tf.moments(map, [0, 1, 2])
      return [mean, variance]
    }) as [tf.Tensor[], tf.Tensor[]]
    return left.map((own, i) => [...tf.mul(1e-4, tf.sub(right[i] as tf.Tensor, own)).dataSync<'float32'>()])
  })
}

describe.each(['siamese', 'detector', 'cnn', 'residual'] as const)('%s', (name) => {
  test.each(['compiled', 'eager'] as const)(
    '%s: each of 50 steps from the weights of Keras 3.15 has its loss and trained weights to 1e-5, and its moving averages to 1e-6 but for the order of calls',
    async (executor) => {
      const correction = name === 'siamese' ? callOrder : undefined
      for (const step of await differencesOfSteps(name, fixture[name], executor, correction)) {
        expect(step.loss).toBeLessThan(1e-5)
        expect(step.trained).toBeLessThan(1e-5)
        expect(step.averages).toBeLessThan(1e-6)
      }
    },
  )

  test.each(['compiled', 'eager'] as const)(
    '%s: the losses of 50 steps in a run from the same weights, median over 5 seeds',
    async (executor) => {
      const differences = await Promise.all(
        [1, 2, 3, 4, 5].map((seed) => freeDifference(name, fixture[name], executor, seed)),
      )
      expect(differences.toSorted((x, y) => x - y)[2], String(differences)).toBeLessThan(1e-5)
    },
  )
})
