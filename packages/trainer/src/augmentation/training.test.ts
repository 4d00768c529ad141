import '@tensorflow/tfjs-backend-cpu'
import { startRuntime } from '@treadle/runtime'
import { afterEach, describe, expect, test } from 'vitest'
import type { TrainOptions } from '../options.ts'
import type { TrainingState } from '../state/state.ts'
import { dataset, images, refusal } from '../testing/running.ts'
import { smallClassifier, smallRegressor, smallTable, weightBits } from '../testing/small.ts'
import { evaluate } from '../evaluate.ts'
import { fit } from '../fit.ts'
import { train } from '../train.ts'
import {
  type Augmentation,
  brightness,
  cutmix,
  cutout,
  erase,
  flip,
  mixup,
  noise,
  rotate,
  shift,
} from './index.ts'
import { augmented } from '../testing/pixels.ts'

const hard = [flip(), shift(1), rotate(20), brightness(0.2), noise(0.1), cutout(2), erase(0.5)]
const soft = [flip(), rotate(20), mixup(0.4), cutmix()]
const options: TrainOptions = { epochs: 3, batchSize: 16, seed: 7 }
const runtimes: { dispose(): Promise<void> }[] = []
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose()
})
const start = async (threads: number) => runtimes.push(await startRuntime({ threads }))

async function trained(more: TrainOptions, data: Parameters<typeof fit>[1] = dataset) {
  const model = smallClassifier()
  try {
    const result = await fit(model, data, { ...options, ...more })
    return { bits: weightBits(model), result }
  } finally {
    model.dispose()
  }
}

/** The training data as they are in the first epoch. */
async function firstEpoch(list: readonly Augmentation[]) {
  const { images: pixels, labels } = await augmented(images, list, { seed: 7, classes: 3 })
  return labels
    ? { kind: 'arrays' as const, inputs: [pixels], targets: [labels], count: images.count }
    : { ...dataset, train: { ...images, images: pixels } }
}

describe.each([
  ['compiled', 'hard', hard],
  ['compiled', 'soft', soft],
  ['eager', 'hard', hard],
  ['eager', 'soft', soft],
] as const)('%s, %s labels', (executor, _, augmentation) => {
  test('trains an epoch on the augmented images to the bits of a run on these images', async () => {
    await start(1)
    const before = images.images.slice()
    const own = await trained({ executor, epochs: 1, augmentation })
    const given = await trained({ executor, epochs: 1, validation: false }, await firstEpoch(augmentation))
    expect(own.result.executor).toBe(executor)
    expect(own.bits).toEqual(given.bits)
    expect(own.result.history.loss).toEqual(given.result.history.loss)
    const plain = await trained({ executor, epochs: 1 })
    expect(plain.bits).not.toEqual(own.bits)
    expect(images.images).toEqual(before)
  })

  test('continues to the same bits after an epoch, and after the first step of one', async () => {
    await start(1)
    const states: TrainingState[] = []
    const model = smallClassifier()
    for await (const event of train(model, dataset, { ...options, augmentation, executor }))
      if (event.type === 'epoch' && event.epoch === 0) states.push(event.state())
    const bits = weightBits(model)
    model.dispose()
    const stopped = smallClassifier()
    const controller = new AbortController()
    for await (const event of train(stopped, dataset, {
      ...options,
      augmentation,
      executor,
      signal: controller.signal,
    })) {
      controller.abort()
      if (event.type === 'done') states.push(event.state())
    }
    stopped.dispose()
    expect(states.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 0],
      [0, 1],
    ])
    for (const resume of states)
      expect((await trained({ executor, augmentation, resume })).bits).toEqual(bits)
    const other = await refusal(() => trained({ executor, resume: states[0]!, augmentation: [flip()] }))
    expect(other.code).toBe('TRAINER_RESUME_MISMATCH')
    expect(other.message).toMatch(/the run started with (loss|augmentation)/)
  })
})

test('any number of threads gives the same bits', async () => {
  const all = []
  for (const threads of [1, 2, 3]) {
    await start(threads)
    all.push((await trained({ executor: 'compiled', augmentation: [...hard, ...soft] })).bits)
    await runtimes.pop()?.dispose()
  }
  expect(all[1]).toEqual(all[0])
  expect(all[2]).toEqual(all[0])
})

test('a table is not augmented', async () => {
  await start(1)
  const model = smallRegressor()
  const error = await refusal(() => fit(model, smallTable(20), { augmentation: [flip()] }))
  expect(error.message).toMatch(/`augmentation` is for images, but the training data are a table/)
  model.dispose()
})

const ownLoss = () => {
  throw new Error('not called')
}

describe('soft labels', () => {
  test('are those of the training only: validation compares with the classes', async () => {
    await start(1)
    const model = smallClassifier()
    const metrics = ['precision']
    const { history } = await fit(model, dataset, { ...options, augmentation: soft, metrics })
    const evaluation = await evaluate(model, dataset.test, { metrics })
    expect(history.val_loss?.at(-1)).toBeCloseTo(evaluation.loss, 6)
    expect(history.val_accuracy?.at(-1)).toBe(evaluation.accuracy)
    expect(history.val_precision?.at(-1)).toBe(evaluation.metrics?.precision)
    expect(history.precision).toHaveLength(3)
    model.dispose()
  })

  test('need a cross-entropy of classes', async () => {
    await start(1)
    const error = await refusal(() => trained({ augmentation: [flip(), mixup()], loss: ownLoss }))
    expect(error.code).toBe('TRAINER_BAD_OPTION')
    expect(error.message).toMatch(
      /mixup mixes labels, so that the loss must be sparseCategoricalCrossentropy, but it is custom/,
    )
  })
})
