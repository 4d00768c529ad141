import { existsSync, readdirSync } from 'node:fs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { inspectRuntime, startRuntime } from '../src/index.ts'

/** The process state that a runtime could change. */
const state = () => ({
  uncaught: process.listenerCount('uncaughtException'),
  unhandled: process.listenerCount('unhandledRejection'),
  globals: Object.keys(globalThis).toSorted(),
  threads: existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0,
})

const product = () => tf.tidy(() => [...tf.matMul(tf.ones([64, 300]), tf.ones([300, 5])).dataSync()])
const expected = Array.from({ length: 64 * 5 }, () => 300)

test('a runtime leaves no listener, global or worker in Node', async () => {
  await (await startRuntime({ threads: 1 })).dispose()
  const before = state()
  const runtime = await startRuntime({ threads: 4 })
  const { uncaught, unhandled, globals } = state()
  expect({ uncaught, unhandled, globals }).toEqual({
    uncaught: before.uncaught,
    unhandled: before.unhandled,
    globals: before.globals,
  })
  await runtime.dispose()
  expect(state()).toEqual(before)
})

test('reports its platform', () => {
  expect(inspectRuntime().platform).toBe(`Node.js ${process.versions.node}`)
})

// Node.js only: in a browser, the location of the stock files depends on the server.
test('dispose does not replace a backend that was activated meanwhile', async () => {
  setWasmPaths(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/', import.meta.url).pathname)
  const runtime = await startRuntime({ threads: 2 })
  const treadle = tf.tensor1d([1, 2, 3])
  await tf.setBackend('wasm')
  expect(product()).toEqual(expected)
  expect([...tf.tidy(() => tf.add(treadle, 1).dataSync())], 'tensors move between the two').toEqual([2, 3, 4])
  await tf.setBackend('treadle-wasm')
  expect(product()).toEqual(expected)
  await tf.setBackend('wasm')
  await runtime.dispose()
  expect(tf.getBackend()).toBe('wasm')
  expect(product(), "stock's kernels still work").toEqual(expected)
  treadle.dispose()
  tf.removeBackend('wasm')
})
