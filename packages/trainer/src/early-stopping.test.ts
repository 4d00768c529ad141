import * as tf from '@tensorflow/tfjs-core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TrainResult } from './events.ts'
import { fit, sgd, type TrainOptions } from './index.ts'
import { collect, dataset, images } from './testing/running.ts'
import { smallClassifier, weightBits } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

describe('early stopping', () => {
  test('stops after patience epochs without improvement and restores the best', async () => {
    // A learning rate of 0 never improves; BatchNormalization still moves, so the test monitors a training metric.
    const model = smallClassifier({ dropout: 0 })
    const result = await fit(model, images, {
      epochs: 20,
      batchSize: 90,
      optimizer: sgd({ learningRate: 0 }),
      earlyStopping: { monitor: 'loss', patience: 3, minDelta: 1e-6 },
    })
    expect(result).toMatchObject({ stopped: 'early-stopping', epochs: 4, bestEpoch: 0 })
  })

  test('the model gets the weights of the best epoch unless restoreBestWeights is false', async () => {
    const options: TrainOptions = { epochs: 6, optimizer: sgd({ learningRate: 3 }), seed: 2 }
    const plain = smallClassifier()
    const events = await collect(plain, dataset, options)
    const history = (events.at(-1) as TrainResult).history
    const best = (history.val_loss as number[]).indexOf(Math.min(...(history.val_loss as number[])))
    expect(best).toBeLessThan(5)
    const at = events.filter((event) => event.type === 'epoch')[best]?.state().weights
    for (const restoreBestWeights of [true, false]) {
      const model = smallClassifier()
      const result = await fit(model, dataset, {
        ...options,
        earlyStopping: { patience: 10, restoreBestWeights },
      })
      expect(result.bestEpoch).toBe(best)
      const expected = restoreBestWeights ? at?.map((w) => new Uint32Array(w.buffer)) : weightBits(plain)
      expect(weightBits(model)).toEqual(expected)
    }
  })
})
