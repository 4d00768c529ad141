import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test } from 'vitest'
import { activeRuntime, startRuntime } from './index.ts'

afterEach(async () => {
  while (activeRuntime()) await activeRuntime()?.dispose()
})

describe('startRuntime', () => {
  test.each([1, 2, 3, 8])('runs %d threads, as asked', async (threads) => {
    const runtime = await startRuntime({ threads })
    expect(runtime).toMatchObject({ threads, requestedThreads: threads, shared: true, simd: true, notes: [] })
    expect(runtime.memory.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(tf.getBackend()).toBe('treadle-wasm')
    const product = tf.tidy(() => [...tf.matMul(tf.ones([64, 300]), tf.ones([300, 5])).dataSync()])
    expect(product).toEqual(Array.from({ length: 64 * 5 }, () => 300))
  })
})
