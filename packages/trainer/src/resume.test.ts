import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TrainResult } from './events.ts'
import {
  adam,
  adamW,
  decodeTrainingState,
  encodeTrainingState,
  fit,
  sgd,
  stepDecay,
  train,
  type TrainingData,
  type TrainOptions,
} from './index.ts'
import { collect, dataset, images, refusal } from './testing/running.ts'
import { smallClassifier, smallImages, weightBits } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

/** Aborts at the n-th progress event, encodes and decodes the state, and resumes. */
async function interrupted(
  model: tfl.LayersModel,
  data: TrainingData,
  options: TrainOptions,
  at: number,
): Promise<TrainResult> {
  const stop = new AbortController()
  let seen = 0
  let result: TrainResult | undefined
  for await (const event of train(model, data, { ...options, signal: stop.signal })) {
    if (event.type === 'progress' && seen++ === at) stop.abort()
    if (event.type === 'done') result = event
  }
  if (result?.stopped !== 'aborted') throw new Error(`not aborted but ${result?.stopped}`)
  const bytes = encodeTrainingState(result.state())
  const fresh = smallClassifier({ seed: 99 })
  const resumed = await fit(fresh, data, { ...options, resume: decodeTrainingState(bytes) })
  model.setWeights(fresh.getWeights())
  return resumed
}

describe('abort and resume', () => {
  const settings: [string, TrainOptions][] = [
    ['adam', { optimizer: adam() }],
    [
      'sgd with momentum and a schedule',
      {
        optimizer: sgd({
          momentum: 0.9,
          nesterov: true,
          learningRate: stepDecay({ peak: 0.01, every: 1, factor: 0.5 }),
        }),
      },
    ],
    [
      'adamW, early stopping, weights',
      { optimizer: adamW({ globalClipnorm: 0.5 }), earlyStopping: { patience: 5 }, classWeight: { 0: 2 } },
    ],
  ]
  test.each(settings)(
    '%s: weights, history and state are those of a run in one go, to the bit',
    async (_, options) => {
      const whole = smallClassifier()
      const settled = { epochs: 3, batchSize: 4, seed: 8, ...options }
      const inOneGo = await fit(whole, dataset, settled)
      for (const at of [0, 1, 3]) {
        const model = smallClassifier()
        const result = await interrupted(model, dataset, settled, at)
        expect(weightBits(model)).toEqual(weightBits(whole))
        expect(result.history).toEqual(inOneGo.history)
        // Layer names contain a running number, so only the names differ.
        expect({ ...result.state(), model: [] }).toEqual({ ...inOneGo.state(), model: [] })
      }
    },
  )

  test('a run resumed from an epoch event ends with the same weights, also with more epochs', async () => {
    const whole = smallClassifier()
    await fit(whole, images, { epochs: 4 })
    const events = await collect(smallClassifier(), images, { epochs: 2 })
    const state = events.findLast((event) => event.type === 'epoch')?.state()
    const model = smallClassifier({ seed: 7 })
    const { history } = await fit(model, images, { epochs: 4, resume: state as NonNullable<typeof state> })
    expect(weightBits(model)).toEqual(weightBits(whole))
    expect(history.loss).toHaveLength(4)
  })

  test('an abort during validation resumes at the validation', async () => {
    const stop = new AbortController()
    const model = smallClassifier()
    const options = { epochs: 1, seed: 1 }
    let result: TrainResult | undefined
    for await (const event of train(model, dataset, { ...options, signal: stop.signal })) {
      if (event.type === 'progress' && event.step === event.steps) stop.abort()
      if (event.type === 'done') result = event
    }
    expect(result).toMatchObject({ stopped: 'aborted', epochs: 0, history: { loss: [] } })
    const other = smallClassifier()
    const whole = await fit(other, dataset, options)
    const resumed = await fit(model, dataset, { ...options, resume: (result as TrainResult).state() })
    expect(resumed.history).toEqual(whole.history)
    expect(weightBits(model)).toEqual(weightBits(other))
  })

  test('a signal aborted before the start ends the run before the first step', async () => {
    const model = smallClassifier()
    const before = weightBits(model)
    const result = await fit(model, images, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ stopped: 'aborted', epochs: 0 })
    expect(weightBits(model)).toEqual(before)
  })

  test.each<[string, TrainOptions, RegExp]>([
    ['seed', { seed: 5 }, /started with seed 0, but now it is 5/],
    ['batch size', { batchSize: 16 }, /batchSize 32/],
    ['optimizer', { optimizer: sgd() }, /optimizer/],
    ['schedule', { optimizer: adam({ learningRate: stepDecay({ every: 1 }) }) }, /schedule/],
    ['weights', { classWeight: { 0: 2 } }, /weights/],
    ['number of epochs', { epochs: 1 }, /already finished 1 epoch\. Set `epochs` to more than 1/],
  ])('a different %s is an error', async (_, options, message) => {
    const state = (await fit(smallClassifier(), images, { epochs: 1 })).state()
    const met = await refusal(() => fit(smallClassifier(), images, { epochs: 3, ...options, resume: state }))
    expect(met).toMatchObject({ code: 'TRAINER_RESUME_MISMATCH', message: expect.stringMatching(message) })
  })

  test('a different model or different data are an error', async () => {
    const state = (await fit(smallClassifier(), images, { epochs: 1 })).state()
    const wider = tfl.sequential({
      layers: [
        tfl.layers.flatten({ inputShape: [4, 5] }),
        tfl.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    })
    expect(await refusal(() => train(wider, images, { resume: state }))).toMatchObject({
      message: expect.stringMatching(/model with 8 weights/),
    })
    expect(
      await refusal(() => train(smallClassifier(), smallImages(90, 4), { resume: state })),
    ).toMatchObject({
      message: expect.stringMatching(/data checksum/),
    })
  })
})
