import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { platform } from '#platform'
import { activeRuntime, startRuntime } from './index.ts'
import type { TreadleBackend } from './treadle-backend.ts'

const wasm = (name: string) => new URL(`../dist/wasm/${name}`, import.meta.url)
const backend = () => tf.backend() as unknown as TreadleBackend
const product = () => tf.tidy(() => [...tf.matMul(tf.ones([64, 300]), tf.ones([300, 5])).dataSync()])
const expected = Array.from({ length: 64 * 5 }, () => 300)
/** A product that is large enough to run on all threads. */
const largeProduct = () => tf.tidy(() => tf.matMul(tf.ones([512, 512]), tf.ones([512, 512])).dataSync()[0])

beforeEach(() => tf.setBackend('cpu'))
afterEach(async () => {
  while (activeRuntime()) await activeRuntime()?.dispose()
})

describe('threads', () => {
  test.each([1, 2, 3, 8])('%d threads run as requested', async (threads) => {
    const runtime = await startRuntime({ threads })
    expect(runtime).toMatchObject({ threads, requestedThreads: threads, shared: true, simd: true, notes: [] })
    expect(runtime.memory.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(tf.getBackend()).toBe('treadle-wasm')
    expect(backend().pool.found).toBe(threads > 1)
    expect(product()).toEqual(expected)
    expect(largeProduct()).toBe(512)
  })

  test.each([0, 9, 1.5, -1, Number.NaN, '2', null])('%j is an error', async (threads) => {
    await expect(startRuntime({ threads: threads as never })).rejects.toMatchObject({
      code: 'RUNTIME_BAD_OPTION',
    })
  })

  test('a dead thread makes an operation that needs it fail, and nothing hangs', async () => {
    const runtime = await startRuntime({ threads: 2, timeout: 2000 })
    expect(largeProduct()).toBe(512)
    const { pthreads } = (
      backend().module as unknown as { PThread: { pthreads: Record<string, { terminate(): Promise<void> }> } }
    ).PThread
    await Promise.all(Object.values(pthreads).map((thread) => thread.terminate()))
    // In Node.js the threads have ended by now; a browser ends them later.
    await vi.waitFor(() => expect(largeProduct).toThrow(/has not answered/), { timeout: 10_000 })
    expect(product, 'the runtime is broken from then on').toThrow(/has not answered/)
    await runtime.dispose()
    await startRuntime({ threads: 2 })
    expect(largeProduct()).toBe(512)
  })
})

describe('starting again', () => {
  test('with compatible options returns the same runtime and adds a hold', async () => {
    const first = await startRuntime({ threads: 2 })
    const again = await Promise.all([
      startRuntime(),
      startRuntime({ threads: 2 }),
      startRuntime({ threads: 'auto' }),
    ])
    expect(again).toEqual([first, first, first])
    for (let held = 4; held > 1; held--) await first.dispose()
    expect(activeRuntime()).toBe(first)
    expect(product()).toEqual(expected)
    await first.dispose()
    expect(activeRuntime()).toBeUndefined()
    await first.dispose()
  })

  test('with other options is an error, also during a start', async () => {
    const starting = startRuntime({ threads: 2 })
    await expect(startRuntime({ threads: 3 })).rejects.toMatchObject({ code: 'RUNTIME_ALREADY_STARTED' })
    await starting
    await expect(startRuntime({ threads: 1 })).rejects.toThrow(/runs with 2/)
    await expect(startRuntime({ maximumMemory: 2 ** 26 })).rejects.toMatchObject({
      code: 'RUNTIME_ALREADY_STARTED',
    })
    expect(product()).toEqual(expected)
  })

  test('at the same time starts one runtime', async () => {
    const [a, b] = await Promise.all([startRuntime({ threads: 2 }), startRuntime({ threads: 2 })])
    expect(a).toBe(b)
  })

  test('after dispose works, also without waiting for it', async () => {
    const first = await startRuntime({ threads: 2 })
    const gone = first.dispose()
    const second = await startRuntime({ threads: 3 })
    await gone
    expect(second.threads).toBe(3)
    expect(product()).toEqual(expected)
  })
})

describe('a start that fails', () => {
  test.each([
    ['a missing file', { wasm: { threadedSimd: wasm('missing.wasm') } }, 'RUNTIME_BINARY_UNREADABLE'],
    ['a file that is no binary', { wasm: { threadedSimd: wasm('NOTICE.txt') } }, 'RUNTIME_BINARY_INVALID'],
    [
      'another module',
      { wasm: { threadedSimd: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) } },
      'RUNTIME_BINARY_INVALID',
    ],
    ['the other binary', { wasm: { threadedSimd: wasm('simd.wasm') } }, 'RUNTIME_BINARY_INVALID'],
    ['a closed port', { wasm: { threadedSimd: 'http://127.0.0.1:9/x.wasm' } }, 'RUNTIME_BINARY_UNREADABLE'],
    ['too little memory', { maximumMemory: 2 ** 20 }, 'RUNTIME_BAD_OPTION'],
  ])('%s: says so, leaves the old backend, and can be repeated', async (_, options, code) => {
    await expect(startRuntime({ threads: 2, ...options })).rejects.toMatchObject({
      name: 'TreadleError',
      code,
    })
    expect(tf.getBackend()).toBe('cpu')
    expect(activeRuntime()).toBeUndefined()
    await startRuntime({ threads: 2 })
    expect(product()).toEqual(expected)
  })

  test('ends after the time-out', async () => {
    await expect(startRuntime({ threads: 8, timeout: 1 })).rejects.toMatchObject({ code: 'RUNTIME_TIMEOUT' })
    await startRuntime({ threads: 2 })
  })
})

describe('an AbortSignal', () => {
  test('aborted before: nothing starts', async () => {
    await expect(startRuntime({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
    expect(activeRuntime()).toBeUndefined()
  })

  test.each([0, 1, 5, 20, 60])(
    'aborted after %d ms: the start rejects with the reason, or has succeeded',
    async (milliseconds) => {
      const controller = new AbortController()
      const started = startRuntime({ threads: 4, signal: controller.signal }).then(
        (runtime) => runtime.dispose(),
        (error: unknown) => expect(error).toMatchObject({ message: 'enough' }),
      )
      setTimeout(() => controller.abort(new Error('enough')), milliseconds)
      await started
      expect(activeRuntime()).toBeUndefined()
      await startRuntime({ threads: 2 })
      expect(product()).toEqual(expected)
    },
  )

  test('of one start does not end another', async () => {
    const controller = new AbortController()
    const other = startRuntime({ threads: 2 })
    const own = startRuntime({ threads: 2, signal: controller.signal })
    controller.abort()
    await expect(own).rejects.toThrow(/aborted/)
    const runtime = await other
    expect(product()).toEqual(expected)
    await runtime.dispose()
    expect(activeRuntime()).toBeUndefined()
  })
})

describe('dispose', () => {
  test('activates the previous backend and removes this one from TensorFlow.js', async () => {
    const before = tf
      .engine()
      .backendNames()
      .filter((name) => name !== 'wasm')
    const runtime = await startRuntime({ threads: 1 })
    await runtime.dispose()
    expect(tf.getBackend()).toBe('cpu')
    expect(
      tf
        .engine()
        .backendNames()
        .filter((name) => name !== 'wasm'),
    ).toEqual(before)
    expect(tf.getKernelsForBackend('treadle-wasm')).toEqual([])
  })

  test('its tensors can be disposed, but not read', async () => {
    const before = tf.memory().numTensors
    const runtime = await startRuntime({ threads: 1 })
    const tensor = tf.ones([3])
    await runtime.dispose()
    expect(() => tensor.dataSync()).toThrow(/was disposed/)
    tensor.dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect(() => runtime.allocate(8)).toThrow(/was disposed/)
    runtime.free(8)
  })
})

describe('allocate', () => {
  test('returns disjoint blocks at multiples of 64, also after memory has grown', async () => {
    const runtime = await startRuntime({ threads: 1 })
    const sizes = [0, 1, 63, 64, 65, 1000, 30_000_000]
    const addresses = sizes.map((bytes) => runtime.allocate(bytes))
    expect(addresses.map((address) => address % 64)).toEqual(sizes.map(() => 0))
    addresses.forEach((address, i) => new Uint8Array(runtime.memory.buffer, address, sizes[i]).fill(i))
    addresses.forEach((address, i) => {
      expect(new Uint8Array(runtime.memory.buffer, address, sizes[i]).every((byte) => byte === i)).toBe(true)
    })
    expect(product()).toEqual(expected)
    for (const address of addresses) runtime.free(address)
    expect(() => runtime.free(addresses[0] as number)).toThrow(/freed before/)
    expect(() => runtime.free(12)).toThrow(/did not return/)
  })

  test('reuses freed blocks', async () => {
    const runtime = await startRuntime({ threads: 1 })
    for (let i = 0; i < 50; i++) runtime.free(runtime.allocate(10_000_000))
    expect(runtime.memory.buffer.byteLength).toBeLessThan(64 * 2 ** 20)
  })

  test.each([-1, 0.5, Number.NaN, Infinity])('%d bytes are an error', async (bytes) => {
    const runtime = await startRuntime({ threads: 1 })
    expect(() => runtime.allocate(bytes)).toThrow(/must be an integer/)
  })

  test('running out of memory is an error, also for tensors, and the runtime still works', async () => {
    const runtime = await startRuntime({ threads: 1, maximumMemory: 32 * 2 ** 20 })
    const kept = tf.ones([1000])
    for (const bytes of [64 * 2 ** 20, 2 ** 32, 2 ** 50]) {
      expect(() => runtime.allocate(bytes)).toThrow(
        expect.objectContaining({
          code: 'RUNTIME_OUT_OF_MEMORY',
          message: expect.stringContaining('has no room') as string,
        }),
      )
    }
    expect(() => tf.zeros([64 * 2 ** 20])).toThrow(/has no room/)
    expect(kept.dataSync().every((x) => x === 1)).toBe(true)
    expect(product()).toEqual(expected)
    kept.dispose()
  })
})

test('accepts binaries as bytes or compiled modules', async () => {
  const bytes = await platform.readBytes(wasm('threaded-simd.wasm'), new AbortController().signal)
  await (await startRuntime({ threads: 2, wasm: { threadedSimd: bytes } })).dispose()
  await startRuntime({ threads: 2, wasm: { threadedSimd: await WebAssembly.compile(bytes) } })
  expect(product()).toEqual(expected)
})
