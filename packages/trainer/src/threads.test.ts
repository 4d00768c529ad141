import * as tf from '@tensorflow/tfjs-core'
import { loadFashionMnist } from '@treadle/dataset'
import { wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { expect, test } from 'vitest'
import { sliceSamples } from './data/rows.ts'
import {
  adam,
  adamW,
  decodeTrainingState,
  encodeTrainingState,
  fit,
  muon,
  predict,
  train,
  type TrainOptions,
  type TrainingState,
} from './index.ts'
import { weightBits } from './testing/small.ts'

const { train: full } = await loadFashionMnist({ source: 'sample' })
const rows = sliceSamples(full, 0, 32 * 20 + 16)

async function inOneGo(options: TrainOptions) {
  const model = wideAndDeepClassifier({ seed: 1 })
  const { history, executor } = await fit(model, rows, options)
  return { weights: weightBits(model), history, executor }
}

/** Aborts after the first step, after the second, and in the second epoch; each time another model resumes from the encoded state. */
async function interrupted(options: TrainOptions) {
  let resume: TrainingState | undefined
  const stops: number[] = []
  for (const epoch of [0, 0, 1]) {
    const stop = new AbortController()
    const model = wideAndDeepClassifier({ seed: 1 + stops.length })
    for await (const event of train(model, rows, { ...options, ...resuming(resume), signal: stop.signal })) {
      if (event.type === 'progress' && event.epoch === epoch) stop.abort()
      if (event.type === 'done') resume = decodeTrainingState(encodeTrainingState(event.state()))
    }
    stops.push(resume?.step ?? 0)
  }
  expect(stops.slice(0, 2)).toEqual([1, 2])
  expect(resume?.epoch).toBe(1)
  const model = wideAndDeepClassifier({ seed: 5 })
  const { history, executor } = await fit(model, rows, { ...options, ...resuming(resume) })
  return { weights: weightBits(model), history, executor }
}

function resuming(resume: TrainingState | undefined): TrainOptions {
  return resume ? { resume } : {}
}

test('test-time augmentation gives the same bits on 1, 2 and 3 threads', async () => {
  const results = []
  for (const threads of [1, 2, 3]) {
    const runtime = await startRuntime({ threads })
    const model = wideAndDeepClassifier({ seed: 1 })
    results.push(await predict(model, rows, { testTimeAugmentation: 'flip-crops', runtime, batchSize: 100 }))
    model.dispose()
    await runtime.dispose()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})

/** Optimizers whose updates are shared among threads in ways of their own have a test with Adam's. */
function optimizerOf(batchSize: number) {
  if (batchSize === 33) return adamW({ rateMultipliers: { beta: 16, 'dense*/kernel': 0.5 } })
  return batchSize === 129 ? muon({ learningRate: 0.02 }) : adam()
}

test.each([32, 1, 7, 33, 129])(
  'the baseline network, batches of %i: the same weights, bit for bit, on 1, 2, 3, 4 and 8 threads, between runs, and after abort and resume',
  async (batchSize) => {
    const results = []
    for (const threads of [1, 2, 3, 4, 8]) {
      const runtime = await startRuntime({ threads })
      expect(runtime.threads).toBe(threads)
      const optimizer = optimizerOf(batchSize)
      const options = { epochs: 2, batchSize, seed: 1, runtime, executor: 'compiled' as const, optimizer }
      results.push(await inOneGo(options))
      if (threads === 1 || threads === 3) results.push(await inOneGo(options))
      results.push(await interrupted(options))
      tf.disposeVariables()
      await runtime.dispose()
    }
    expect(results[0]?.executor).toBe('compiled')
    expect(results[0]?.history.loss.every(Number.isFinite)).toBe(true)
    for (const result of results) expect(result).toEqual(results[0])
  },
  120_000,
)
