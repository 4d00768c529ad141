import * as tf from '@tensorflow/tfjs-core'
import { startRuntime } from '@treadle/runtime'
import { afterEach, describe, expect, test } from 'vitest'
import { findLearningRate, sgd, train, type RateTestOptions } from '../index.ts'
import { smallClassifier, smallImages, weightBits } from '../testing/small.ts'

afterEach(() => tf.disposeVariables())

const images = smallImages(90)
const options = { batchSize: 16, seed: 3, optimizer: 'sgd', from: 1e-4, to: 1000, steps: 80 } as const

async function tested(threads: number, more: RateTestOptions = {}) {
  const runtime = await startRuntime({ threads })
  try {
    const model = smallClassifier()
    const before = weightBits(model)
    const result = await findLearningRate(model, images, { ...options, ...more, runtime })
    expect(weightBits(model)).toEqual(before)
    return result
  } finally {
    await runtime.dispose()
  }
}

test('eager and compiled find the same rate, any number of threads the same bits, and the weights stay', async () => {
  const [compiled, threads, eager] = [
    await tested(1),
    await tested(3),
    await tested(1, { executor: 'eager' }),
  ]
  const { executor, ...curve } = compiled
  expect(executor).toBe('compiled')
  expect(threads).toEqual(compiled)
  expect(curve.stopped).toBe('diverged')
  expect(curve.rates.length).toBeLessThan(80)
  expect(curve.suggestion).toBeGreaterThan(1e-3)
  expect(curve.losses).toHaveLength(curve.rates.length)
  expect(eager.executor).toBe('eager')
  expect(eager.suggestion).toBe(curve.suggestion)
  // More than an epoch, until rates are so high that the last bits matter.
  for (let i = 0; i < 30; i++) expect(eager.losses[i]).toBeCloseTo(curve.losses[i] as number, 4)
})

describe('on one thread', () => {
  test('the losses are those of training at the same rates', async () => {
    const { losses } = await tested(1, { from: 0.05, to: 0.0500001, steps: 20 })
    const runtime = await startRuntime({ threads: 1 })
    const optimizer = sgd({ learningRate: 0.05 })
    const trained: number[] = []
    for await (const event of train(smallClassifier(), images, {
      batchSize: 16,
      seed: 3,
      optimizer,
      epochs: 4,
      runtime,
    }))
      if (event.type === 'progress') trained.push(...event.losses)
    await runtime.dispose()
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(trained[i] as number, 5)
  })

  test('an abort returns the curve so far, and frees the model', async () => {
    const abort = new AbortController()
    const runtime = await startRuntime({ threads: 1 })
    const model = smallClassifier()
    const before = weightBits(model)
    const steps: number[] = []
    const onProgress = ({ step }: { step: number }) => {
      steps.push(step)
      abort.abort()
    }
    const running = findLearningRate(model, images, { ...options, runtime, signal: abort.signal, onProgress })
    await expect(findLearningRate(model, images, { ...options, runtime })).rejects.toMatchObject({
      code: 'TRAINER_MODEL_BUSY',
    })
    const { stopped, rates } = await running
    expect(stopped).toBe('aborted')
    expect(rates).toHaveLength(steps[0] as number)
    expect(weightBits(model)).toEqual(before)
    await expect(findLearningRate(model, images, { ...options, runtime })).resolves.toBeDefined()
    await runtime.dispose()
  })

  test.each<[RateTestOptions, RegExp]>([
    [{ from: 0 }, /`from` \(=0\) must be a number greater than 0/],
    [{ from: 1, to: 1 }, /`to` \(=1\) must be a number greater than `from` \(=1\)/],
    [{ to: Infinity }, /`to` \(=Infinity\)/],
    [{ steps: 19 }, /`steps` \(=19\) must be a whole number from 20 to 100000/],
    [{ epochs: 3 } as RateTestOptions, /there is no option `epochs`/],
  ])('%j is refused', async (wrong, message) => {
    await expect(findLearningRate(tf as never, images, wrong)).rejects.toThrow(message)
  })
})
