import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { platform } from '#platform'
import type { Platform, RuntimeNote } from './platform.ts'
import { activeRuntime, inspectRuntime, startRuntime } from './index.ts'

const { change } = vi.hoisted(() => ({ change: {} as { obstacle?: RuntimeNote; cores?: () => number } }))
vi.mock('#platform', async (original) => {
  const { platform: real } = await original<{ platform: Platform }>()
  return {
    platform: new Proxy(real, {
      get: (from, name) => Reflect.get({ ...from, ...change }, name) as unknown,
    }),
  }
})

afterEach(async () => {
  await activeRuntime()?.dispose()
  delete change.obstacle
  delete change.cores
})

test('without shared memory the unthreaded binary runs, and a note gives the reason', async () => {
  change.obstacle = { code: 'NOT_ISOLATED', message: 'The page is not isolated.' }
  const runtime = await startRuntime({ threads: 4 })
  expect(runtime).toMatchObject({
    threads: 1,
    requestedThreads: 4,
    shared: false,
    simd: true,
    notes: [change.obstacle],
  })
  expect(runtime.memory.buffer).toBeInstanceOf(ArrayBuffer)
  const address = runtime.allocate(100_000_000)
  new Uint8Array(runtime.memory.buffer, address, 100_000_000).fill(1)
  expect(address % 64).toBe(0)
  const sum = tf.tidy(
    () => tf.sum(tf.matMul(tf.ones([20, 30]), tf.ones([10, 30]), false, true)).dataSync()[0],
  )
  expect(sum).toBe(6000)
  expect(inspectRuntime()).toMatchObject({ shared: false, threads: 1, running: { threads: 1 } })
})

test('the unthreaded memory does not grow beyond the maximum', async () => {
  change.obstacle = { code: 'NOT_ISOLATED', message: 'The page is not isolated.' }
  const runtime = await startRuntime({ maximumMemory: 32 * 2 ** 20 })
  expect(() => runtime.allocate(64 * 2 ** 20)).toThrow(/has no room/)
  expect(runtime.memory.buffer.byteLength).toBeLessThanOrEqual(32 * 2 ** 20)
})

test('inspecting starts nothing', () => {
  const found = inspectRuntime()
  expect(found).toMatchObject({
    simd: true,
    atomics: true,
    sharedArrayBuffer: true,
    shared: true,
    notes: [],
    running: undefined,
  })
  expect(found.tfjs).toBe('4.22.0')
  expect(found.threads).toBe(Math.min(8, found.logicalCores))
  expect(found.platform).toBe(platform.name)
  expect(found.maximumMemory).toBe(2 ** 32)
})

test('one core gives a note, unless `threads` is set', async () => {
  change.cores = () => 1
  expect(inspectRuntime().notes.map(({ code }) => code)).toEqual(['ONE_CORE'])
  expect(await startRuntime({ threads: 2 })).toMatchObject({ threads: 2, notes: [] })
})

test('if the largest memory fails, a smaller one is used and a note says so', async () => {
  const Memory = WebAssembly.Memory
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(function (descriptor) {
    if ((descriptor.maximum ?? 0) > 8192) throw new RangeError('could not allocate memory')
    return new Memory(descriptor)
  })
  const runtime = await startRuntime({ threads: 2 })
  vi.restoreAllMocks()
  expect(runtime.maximumMemory).toBe(512 * 2 ** 20)
  expect(runtime.notes.map(({ code }) => code)).toEqual(['SMALLER_MEMORY'])
})
