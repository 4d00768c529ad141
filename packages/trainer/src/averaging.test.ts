import * as tf from '@tensorflow/tfjs-core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  adam,
  decodeTrainingState,
  encodeTrainingState,
  evaluate,
  finalWeights,
  fit,
  sgd,
  type TrainOptions,
} from './index.ts'
import { collect, dataset } from './testing/running.ts'
import { smallClassifier, weightBits } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const averaged = adam({ learningRate: 0.01, useEma: true, emaMomentum: 0.8 })

describe.each(['compiled', 'eager'] as const)('weight averages, %s executor', (executor) => {
  const options: TrainOptions = { epochs: 3, batchSize: 8, seed: 2, executor, optimizer: averaged }

  test('are used by validation and the final model, and training continues with the weights', async () => {
    const model = smallClassifier()
    const plain = smallClassifier()
    const result = await fit(model, dataset, options)
    const alone = await fit(plain, dataset, { ...options, optimizer: adam({ learningRate: 0.01 }) })
    expect(result.history.loss).toEqual(alone.history.loss)
    expect(result.state().weights).toEqual(alone.state().weights)
    expect(weightBits(model)).not.toEqual(weightBits(plain))
    const { loss } = await evaluate(model, dataset.test)
    expect(loss).toBeCloseTo(result.history.val_loss?.at(-1) as number, 5)
    const values = model.weights.map((weight) => weight.read().dataSync<'float32'>())
    expect(finalWeights(result.state())).toEqual(values)
    const average = model.trainableWeights.map((weight) => weight.read().dataSync<'float32'>())
    expect(result.state().slots['average']).toEqual(average)
  })

  test('are the same bits after a resume', async () => {
    const whole = smallClassifier()
    const inOneGo = await fit(whole, dataset, options)
    const first = await fit(smallClassifier(), dataset, { ...options, epochs: 1 })
    const resume = decodeTrainingState(encodeTrainingState(first.state()))
    const model = smallClassifier({ seed: 9 })
    const resumed = await fit(model, dataset, { ...options, resume })
    expect(weightBits(model)).toEqual(weightBits(whole))
    expect(resumed.history).toEqual(inOneGo.history)
  })

  test('are restored from the best epoch by early stopping', async () => {
    const model = smallClassifier()
    const events = await collect(model, dataset, {
      ...options,
      optimizer: sgd({ learningRate: 0.7, useEma: true, emaMomentum: 0.5 }),
      earlyStopping: { patience: 2 },
      epochs: 6,
    })
    const done = events.at(-1)
    if (done?.type !== 'done') throw new Error('not done')
    const { loss } = await evaluate(model, dataset.test)
    expect(loss).toBeCloseTo(done.history.val_loss?.[done.bestEpoch as number] as number, 4)
  })
})

describe.each(['compiled', 'eager'] as const)('lookahead, %s executor', (executor) => {
  const optimizer = adam({ learningRate: 0.01, lookaheadSteps: 5, lookaheadAlpha: 0.4, useEma: true })
  const options: TrainOptions = { epochs: 3, batchSize: 8, seed: 2, executor, optimizer }

  test('changes the weights, and gives the same bits after a resume between two of its steps', async () => {
    const whole = smallClassifier()
    await fit(whole, dataset, options)
    const plain = smallClassifier()
    await fit(plain, dataset, { ...options, optimizer: { ...optimizer, lookaheadSteps: undefined } })
    expect(weightBits(plain)).not.toEqual(weightBits(whole))
    const first = await fit(smallClassifier(), dataset, { ...options, epochs: 1 })
    expect(first.state().clock.iterations % 5).not.toBe(0)
    const resume = decodeTrainingState(encodeTrainingState(first.state()))
    const model = smallClassifier({ seed: 9 })
    await fit(model, dataset, { ...options, resume })
    expect(weightBits(model)).toEqual(weightBits(whole))
  })
})

test('both executors compute the same averages within rounding', async () => {
  const optimizer = sgd({ learningRate: 0.05, useEma: true, emaMomentum: 0.8 })
  const [compiled, eager] = await Promise.all(
    (['compiled', 'eager'] as const).map(async (executor) => {
      const result = await fit(smallClassifier(), dataset, { epochs: 2, executor, optimizer })
      return result.state().slots['average']?.flatMap((values) => [...values]) as number[]
    }),
  )
  const worst = Math.max(
    ...(compiled as number[]).map((value, i) => Math.abs(value - (eager?.[i] as number))),
  )
  expect(worst).toBeLessThan(1e-4)
})
