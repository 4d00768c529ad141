import * as tf from '@tensorflow/tfjs-core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sgd, train, type TrainOptions } from './index.ts'
import { smallClassifier, smallImages, smallRegressor, smallTable, weightBits } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

/** One step is an epoch: its loss is that of the first weights, and its update overflows. */
const overflowing = { epochs: 3, batchSize: 40, seed: 1, optimizer: sgd({ learningRate: 3e38 }) } as const
const images = smallImages(40)

describe.each(['compiled', 'eager'] as const)('%s: an overflow in the last step of an epoch', (executor) => {
  test.each<[string, NonNullable<TrainOptions['validation']>, RegExp]>([
    [
      'that the validation shows',
      smallImages(10, 3),
      /the val_\w+ of the validation became (NaN|-?Infinity) in epoch 1, step 1 of 1/,
    ],
    ['without a validation', false, /the weights became (NaN|-?Infinity) in epoch 1, step 1 of 1/],
  ])('%s ends the run with the weights from before', async (_, validation, message) => {
    const model = smallClassifier()
    const before = weightBits(model)
    const events: string[] = []
    const run = async () => {
      for await (const { type } of train(model, images, { ...overflowing, executor, validation }))
        events.push(type)
    }
    await expect(run()).rejects.toMatchObject({
      code: 'TRAINER_NAN_LOSS',
      message: expect.stringMatching(message),
    })
    expect(new Set(events)).toEqual(new Set(['progress']))
    expect(weightBits(model)).toEqual(before)
  })

  test('of a regressor', async () => {
    const model = smallRegressor()
    const run = async () => {
      for await (const _ of train(model, smallTable(40), {
        ...overflowing,
        executor,
        validation: smallTable(9, 2),
      }));
    }
    await expect(run()).rejects.toMatchObject({ code: 'TRAINER_NAN_LOSS' })
  })
})
