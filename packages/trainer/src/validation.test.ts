import * as tf from '@tensorflow/tfjs-core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { adam, evaluate, fit, train, type TrainOptions, type TrainResult } from './index.ts'
import { smallClassifier, smallImages, smallRegressor, smallTable } from './testing/small.ts'
import * as tfl from '@tensorflow/tfjs-layers'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const images = smallImages(90)
// Needs more than one inference call.
const held = smallImages(300, 5)

const regularized = () =>
  smallClassifier({ kernelRegularizer: tfl.regularizers.l1l2({ l1: 0.01, l2: 0.02 }) })

describe('the last validation equals the result of `evaluate`, bit for bit', () => {
  test.each<[string, () => tfl.LayersModel, TrainOptions]>([
    ['of the last epoch', smallClassifier, { epochs: 3 }],
    ['with a regularization loss', regularized, { epochs: 2 }],
    ['of averaged weights', regularized, { epochs: 2, optimizer: adam({ useEma: true, emaMomentum: 0.9 }) }],
    [
      'of logits',
      () => smallClassifier({ activation: 'linear' }),
      { loss: { name: 'sparseCategoricalCrossentropy', fromLogits: true } },
    ],
    ['with early stopping that keeps the last weights', smallClassifier, stopping(false)],
    ['with early stopping that restores the best weights', smallClassifier, stopping(true)],
  ])('%s', async (_, make, options) => {
    const model = make()
    const result = await fit(model, images, { seed: 1, validation: held, ...options })
    const found = result.validation?.()
    expect(found).toEqual(await evaluate(model, held, options.loss ? { loss: options.loss } : {}))
    expect(found?.outputs.length).toBe(900)
    const best = result.bestEpoch !== undefined && options.earlyStopping !== undefined
    const epoch = best && restores(options) ? result.bestEpoch : result.epochs - 1
    expect(found?.loss).toBe(result.history.val_loss?.[epoch])
    expect(result.validation?.()).toBe(found)
  })

  test('of a table', async () => {
    const model = smallRegressor()
    const validation = smallTable(40, 3)
    const result = await fit(model, smallTable(60), { epochs: 2, validation })
    expect(result.validation?.()).toEqual(await evaluate(model, validation))
  })

  test('of a model that cannot be compiled', async () => {
    const layers = [
      tfl.layers.simpleRNN({ units: 8, recurrentInitializer: 'zeros', inputShape: [4, 5] }),
      tfl.layers.dense({ units: 3, activation: 'softmax' }),
    ]
    const model = tfl.sequential({ layers })
    const result = await fit(model, images, { epochs: 1, validation: held })
    expect(result.executor).toBe('eager')
    expect(result.validation?.()).toEqual(await evaluate(model, held))
  })
})

/** Learning rate so high that a later epoch is worse. */
function stopping(restoreBestWeights: boolean): TrainOptions {
  return { epochs: 30, earlyStopping: { patience: 3, restoreBestWeights } }
}

function restores({ earlyStopping }: TrainOptions): boolean {
  return earlyStopping !== undefined && earlyStopping.restoreBestWeights !== false
}

const stopAt = async (type: 'progress' | 'epoch') => {
  const controller = new AbortController()
  const options = { epochs: 3, validation: held, signal: controller.signal, batchSize: 4 }
  let epochs = 0
  let result: TrainResult | undefined
  for await (const event of train(smallClassifier(), images, options)) {
    if (event.type === 'epoch') epochs += 1
    if (event.type === type && epochs === 1) controller.abort()
    if (event.type === 'done') result = event
  }
  expect(result?.stopped).toBe('aborted')
  return result?.validation
}

describe('it is absent', () => {
  test.each<[string, TrainOptions]>([
    ['without validation', { epochs: 1, validation: false }],
    [
      'if the eager executor validates a model that `evaluate` compiles',
      { epochs: 1, executor: 'eager', validation: held },
    ],
  ])('%s', async (_, options) => {
    expect((await fit(smallClassifier(), images, options)).validation).toBeUndefined()
  })

  test('if the run was aborted within an epoch, but not between epochs', async () => {
    expect(await stopAt('progress')).toBeUndefined()
    expect(await stopAt('epoch')).toBeDefined()
  })
})
