import * as tf from '@tensorflow/tfjs-core'
import { isTreadleError } from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeTrainingState, encodeTrainingState, fit } from '../index.ts'
import { smallClassifier, smallImages } from '../testing/small.ts'
import type { TrainingState } from './state.ts'

let runtime: Runtime
let good: TrainingState
const images = smallImages(40)
const options = { seed: 1, batchSize: 10, validation: smallImages(10, 3) } as const

beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
  good = (
    await fit(smallClassifier(), images, { ...options, epochs: 2, earlyStopping: { patience: 5 } })
  ).state()
})
afterAll(() => runtime.dispose())

type Damaged = { -readonly [Key in keyof TrainingState]?: unknown }

/** Copies of a good state with wrong fields. */
const damages: Record<string, (state: TrainingState) => Damaged> = {
  'a step in a list': () => ({ step: [0] }),
  'a step beyond the epoch': () => ({ step: 5 }),
  'a step between two': () => ({ step: 0.5 }),
  'a step that is a word': () => ({ step: 'x' }),
  'a negative epoch': () => ({ epoch: -3 }),
  'an epoch that is NaN': () => ({ epoch: Number.NaN }),
  'an endless epoch': () => ({ epoch: Infinity }),
  'an epoch after the last': () => ({ epoch: 2 ** 52 }),
  'no epoch': () => ({ epoch: undefined }),
  'an overlong history': ({ history }) => ({ history: { ...history, loss: Array(100_000).fill(0.5) } }),
  'a history of one metric too short': ({ history }) => ({ history: { ...history, accuracy: [0.5] } }),
  'NaN in the history': ({ history }) => ({ history: { ...history, loss: [0.5, Number.NaN] } }),
  'an unknown executor': () => ({ executor: 'x' }),
  'sums over more samples': ({ sums }) => ({ sums: { ...sums, samples: 40 } }),
  'sums that are NaN': () => ({ sums: { loss: Number.NaN, metric: 0, samples: 0 } }),
  'a clock that is NaN': ({ clock }) => ({ clock: { ...clock, iterations: Number.NaN } }),
  'a clock before its start': ({ clock }) => ({ clock: { ...clock, iterations: -5 } }),
  'a weight too few': ({ weights }) => ({ weights: weights.slice(1) }),
  'a weight of another size': ({ weights }) => ({ weights: [new Float32Array(1), ...weights.slice(1)] }),
  'a weight that is NaN': ({ weights }) => ({
    weights: [weights[0]?.map(() => Number.NaN), ...weights.slice(1)],
  }),
  'slots of another size': ({ slots }) => ({ slots: { ...slots, momentum: [new Float32Array(3)] } }),
  'a shape of many axes': ({ model }) => ({
    model: [{ ...model[0], shape: Array(9).fill(1) }, ...model.slice(1)],
  }),
  'a best epoch that was not': ({ best }) => ({ best: { ...best, epoch: 2 } }),
  'a best value that is NaN': ({ best }) => ({ best: { ...best, value: Number.NaN } }),
  'best weights of another size': ({ best }) => ({ best: { ...best, weights: [] } }),
  'more epochs waited than trained': () => ({ wait: 3 }),
}

const codes = ['TRAINER_BAD_STATE', 'TRAINER_RESUME_MISMATCH']

test.each(Object.entries(damages))('%s is an error, in memory and in a file', async (_, damage) => {
  const damaged = { ...good, ...damage(good) } as TrainingState
  const model = smallClassifier()
  const tensors = tf.memory().numTensors
  const resume = async (read: () => TrainingState) =>
    fit(model, images, { ...options, epochs: 3, resume: read(), signal: AbortSignal.timeout(2000) })
  for (const read of [() => damaged, () => decodeTrainingState(encodeTrainingState(damaged))]) {
    const error = await resume(read).catch((met: unknown) => met)
    expect(isTreadleError(error) && codes.includes(error.code), String(error)).toBe(true)
  }
  expect(tf.memory().numTensors).toBe(tensors)
})

test('the good state is resumed', async () => {
  const { history, stopped } = await fit(smallClassifier(), images, {
    ...options,
    epochs: 3,
    resume: decodeTrainingState(encodeTrainingState(good)),
  })
  expect([stopped, history.val_loss?.length]).toEqual(['finished', 3])
})
