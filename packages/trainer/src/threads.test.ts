import * as tf from '@tensorflow/tfjs-core'
import { loadFashionMnist } from '@treadle/dataset'
import { wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { expect, test } from 'vitest'
import { sliceSamples } from './data/rows.ts'
import { decodeTrainingState, encodeTrainingState, fit, train } from './index.ts'
import { weightBits } from './testing/small.ts'

test("the report's network: the same weights, bit for bit, on 1, 2 and 3 threads, and after abort and resume", async () => {
  const { train: full } = await loadFashionMnist({ source: 'sample' })
  const rows = sliceSamples(full, 0, 32 * 20 + 16)
  const results = []
  for (const threads of [1, 2, 3]) {
    const runtime = await startRuntime({ threads })
    expect(runtime.threads).toBe(threads)
    const model = wideAndDeepClassifier({ seed: 1 })
    const { history } = await fit(model, rows, { epochs: 2, seed: 1, runtime })
    results.push({ weights: weightBits(model), history })
    if (threads === 3) {
      const stop = new AbortController()
      const first = wideAndDeepClassifier({ seed: 1 })
      let bytes = new Uint8Array()
      for await (const event of train(first, rows, { epochs: 2, seed: 1, runtime, signal: stop.signal })) {
        if (event.type === 'progress' && event.epoch === 1) stop.abort()
        if (event.type === 'done') bytes = encodeTrainingState(event.state()) as typeof bytes
      }
      const second = wideAndDeepClassifier({ seed: 2 })
      const resumed = await fit(second, rows, {
        epochs: 2,
        seed: 1,
        runtime,
        resume: decodeTrainingState(bytes),
      })
      results.push({ weights: weightBits(second), history: resumed.history })
    }
    tf.disposeVariables()
    await runtime.dispose()
  }
  for (const result of results) expect(result).toEqual(results[0])
}, 120_000)
