import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { activeRuntime, inspectRuntime, startRuntime, WIDE_SIMD_FLAG } from './index.ts'
import { checkWideSimd } from './wide-simd.node.ts'
import type { WideSimdPlatform } from './wide-simd.ts'

vi.mock('#wide-simd', async (original) => {
  const real = await original<{ wide: WideSimdPlatform }>()
  return { ...real, wide: { ...real.wide, state: { on: true, obstacle: undefined }, check: () => {} } }
})

afterEach(() => activeRuntime()?.dispose())

const on = { on: true, obstacle: undefined }
const off = { on: false, obstacle: undefined }
const missing = { on: false, obstacle: 'it needs another engine' }

test.each([
  [true, false, missing, 'RUNTIME_NO_WIDE_SIMD', 'it needs another engine'],
  [true, false, off, 'RUNTIME_WIDE_SIMD_OFF', WIDE_SIMD_FLAG],
  [false, false, on, 'RUNTIME_WIDE_SIMD_UNSAFE', 'wideSimd: true'],
  [true, true, on, 'RUNTIME_BAD_OPTION', 'fastMath'],
])('wideSimd %j, fastMath %j where it is %j: %s', (wideSimd, fastMath, state, code, words) => {
  expect(() => checkWideSimd(state, wideSimd, fastMath)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
  )
})

test('exact starts without the flag, and wide ones with it, pass', () => {
  checkWideSimd(off, false, true)
  checkWideSimd(on, true)
})

test('the runtime runs kernels and stores tensors, and refuses operations of TensorFlow.js', async () => {
  const runtime = await startRuntime({ wideSimd: true, threads: 2 })
  expect(runtime).toMatchObject({ wideSimd: true, fastMath: false, simd: true })
  expect(tf.getBackend()).toBe(runtime.backendName)
  expect(inspectRuntime()).toMatchObject({ wideSimd: on, running: { threads: runtime.threads } })
  const address = runtime.allocate(256)
  expect(address % 64).toBe(0)
  runtime.free(address)
  expect((await runtime.kernelPool()).threads).toBe(runtime.threads)

  const variable = tf.variable(tf.tensor([1, 2, 3, 4], [2, 2]))
  variable.assign(tf.tensor([5, 6, 7, 8], [2, 2]))
  expect([...(await tf.reshape(variable, [4]).data())]).toEqual([5, 6, 7, 8])
  expect(() => tf.matMul(variable, variable)).toThrow(
    expect.objectContaining({ code: 'RUNTIME_WIDE_SIMD_KERNEL' }),
  )
  await expect(startRuntime({ wideSimd: false })).rejects.toMatchObject({ code: 'RUNTIME_ALREADY_STARTED' })
  await runtime.dispose()
  expect(tf.getBackend()).not.toBe(runtime.backendName)
})
