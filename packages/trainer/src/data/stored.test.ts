import { type Runtime, startRuntime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cutmix, flip, mixup, noise, rotate } from '../augmentation/index.ts'
import { evaluate } from '../evaluate.ts'
import { fit } from '../fit.ts'
import type { TrainOptions } from '../options.ts'
import type { TrainingState } from '../state/state.ts'
import { train } from '../train.ts'
import { dataset, held, images } from '../testing/running.ts'
import { smallClassifier, weightBits } from '../testing/small.ts'
import { storedCopy } from '../testing/stored.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

/** Bytes of a sample. */
const SIZE = 20
const options: TrainOptions = { epochs: 3, batchSize: 16, seed: 7 }

const settings: readonly (readonly [string, TrainOptions])[] = [
  ['plain', {}],
  ['a split and weights', { validation: { split: 0.2 }, classWeight: { 1: 2 } }],
  ['augmented', { augmentation: [flip(), rotate(20), noise(0.1)] }],
  ['with mixed labels', { augmentation: [flip(), mixup(0.4), cutmix()] }],
]

describe.each(['compiled', 'eager'] as const)('stored images, %s', (executor) => {
  test.each(settings)('%s: the bits of images in memory', async (name, more) => {
    const whole = smallClassifier()
    const expected = await fit(whole, dataset, { ...options, ...more, executor })
    // Less than a batch, a few batches, all.
    for (const memory of name === 'plain' ? [1, 16 * SIZE * 9, 1e6] : [16 * SIZE * 9]) {
      const model = smallClassifier()
      const [training, tested] = [storedCopy(images, memory), storedCopy(held, memory)]
      const data = { ...dataset, train: training.samples, test: tested.samples }
      const result = await fit(model, data, { ...options, ...more, executor })
      expect(result.executor).toBe(executor)
      expect(weightBits(model)).toEqual(weightBits(whole))
      expect(result.history).toEqual(expected.history)
      expect(training.seen.most).toBeLessThanOrEqual(Math.max(16 * SIZE, memory / 4))
      model.dispose()
    }
    whole.dispose()
  })

  test('continues to the same bits', async () => {
    const data = { ...dataset, train: storedCopy(images, 1).samples }
    const whole = smallClassifier()
    await fit(whole, data, { ...options, executor })
    const stop = new AbortController()
    let state: TrainingState | undefined
    for await (const event of train(smallClassifier(), data, { ...options, executor, signal: stop.signal })) {
      if (event.type === 'progress' && event.epoch === 1) stop.abort()
      if (event.type === 'done') state = event.state()
    }
    expect(state?.step).toBeGreaterThan(0)
    const model = smallClassifier({ seed: 99 })
    await fit(model, data, { ...options, executor, resume: state! })
    expect(weightBits(model)).toEqual(weightBits(whole))
  })

  test('an error of the file ends training, and the model has the weights of the last event', async () => {
    const { samples, seen } = storedCopy(images, 1)
    const model = smallClassifier()
    let bits: ReturnType<typeof weightBits> = []
    const run = async () => {
      for await (const event of train(model, samples, { ...options, executor })) {
        bits = weightBits(model)
        if (event.type === 'epoch') seen.failing = true
      }
    }
    await expect(run()).rejects.toThrow('the file was cut')
    expect(weightBits(model)).toEqual(bits)
  })
})

test('evaluation of stored images gives the same numbers', async () => {
  const model = smallClassifier()
  for (const more of [{}, { testTimeAugmentation: 'flip' as const }])
    expect(await evaluate(model, storedCopy(held, 1).samples, { batchSize: 8, ...more })).toEqual(
      await evaluate(model, held, { batchSize: 8, ...more }),
    )
})
