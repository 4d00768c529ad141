import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { afterEach, expect, test } from 'vitest'
import { noisy } from '../test/compare.ts'
import { bringUp } from './bring-up.ts'
import { activeRuntime, startRuntime } from './index.ts'

afterEach(() => activeRuntime()?.dispose())

const images = (shape: [number, number, number, number], s: number) => noisy(shape, s) as tf.Tensor4D

/** A small network of every operation that runs as a program of the kernels. */
function answer(x: tf.Tensor, full: tf.Tensor, depthwise: tf.Tensor): tf.Tensor {
  const y = tf.conv2d(x as tf.Tensor4D, full as tf.Tensor4D, 1, 'same')
  const z = tf.depthwiseConv2d(y, depthwise as tf.Tensor4D, 2, 'valid')
  return tf.avgPool(tf.maxPool(z, 2, 1, 'same'), 2, 2, 'valid')
}

/** Its answer and gradients. */
function network(x: tf.Tensor4D): tf.Tensor[] {
  const [full, depthwise] = [images([3, 3, 16, 17], 1), images([3, 3, 17, 2], 2)]
  return [answer(x, full, depthwise), ...tf.grads(answer)([x, full, depthwise])]
}

const read = (tensors: tf.Tensor[]): Float32Array[] => tensors.map((t) => t.dataSync<'float32'>().slice())

const run = (): Float32Array[] => tf.tidy(() => read(network(images([2, 16, 16, 16], 3))))

test('tensors, bytes and the size of the memory stay the same over many calls', async () => {
  const runtime = await startRuntime({ threads: 2 })
  await runtime.kernelPool()
  const first = run()
  const { numTensors, numBytes, numDataBuffers } = tf.memory()
  const bytes = runtime.memory.buffer.byteLength
  for (let i = 0; i < 50; i++) expect(run()).toEqual(first)
  expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers })
  expect(runtime.memory.buffer.byteLength).toBe(bytes)
})

test('a call that fails frees its buffers and its answer', async () => {
  const runtime = await startRuntime({ threads: 1, maximumMemory: 2 ** 25 })
  const first = run()
  const before = tf.memory()
  for (let i = 0; i < 3; i++) {
    // Input and answer fit, the input with its border does not.
    expect(() =>
      tf.tidy(() => {
        const [x, filter] = [tf.zeros<tf.Rank.R4>([1, 512, 512, 8]), tf.zeros<tf.Rank.R4>([3, 3, 8, 16])]
        tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias: tf.zeros([16]) })
      }),
    ).toThrow(expect.objectContaining({ code: 'RUNTIME_OUT_OF_MEMORY' }))
    runtime.free(runtime.allocate(24 * 2 ** 20))
  }
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes })
  expect(run()).toEqual(first)
  await runtime.dispose()
})

test('a runtime that is disposed while its threads start leaves nothing behind', async () => {
  const expected = await startRuntime({ threads: 1 }).then(run)
  await activeRuntime()?.dispose()
  for (let i = 0; i < 3; i++) {
    const runtime = await startRuntime({ threads: 2 })
    const kept = images([2, 16, 16, 16], 3)
    // The first call that is worth threads starts them.
    expect(run()).toEqual(expected)
    await runtime.dispose()
    expect(() => network(kept)).toThrow()
    kept.dispose()
  }
})

test('two backends compute with kernels and memories of their own', async () => {
  await startRuntime({ threads: 2 })
  const expected = run()
  const other = await bringUp({ threads: 1 }, new AbortController())
  expect(other.facts.backendName).toBe('treadle-wasm-2')
  const convolve = (x: tf.Tensor4D) =>
    tf.tidy(() => tf.maxPool(tf.conv2d(x, images([3, 3, 16, 8], 4), 1, 'same'), 2, 2, 'same'))
  await tf.setBackend('treadle-wasm')
  const x = images([2, 16, 16, 16], 3)
  const one = convolve(x)
  await tf.setBackend('treadle-wasm-2')
  const two = convolve(x)
  await tf.setBackend('treadle-wasm')
  const again = convolve(x)
  const [a, b, c] = read([one, two, again])
  expect(b).toEqual(a)
  expect(c).toEqual(a)
  tf.dispose([x, one, two, again])
  await other.close()
  await activeRuntime()?.dispose()
  await startRuntime({ threads: 2 })
  expect(run()).toEqual(expected)
})

test('tensors move between the backend and the cpu backend', async () => {
  await startRuntime({ threads: 2 })
  const x = images([2, 9, 9, 3], 1)
  const filter = images([3, 3, 3, 5], 2)
  const answers: Float32Array[] = []
  for (const backend of ['treadle-wasm', 'cpu', 'treadle-wasm']) {
    await tf.setBackend(backend)
    answers.push(...tf.tidy(() => read([tf.conv2d(x, filter, 1, 'same')])))
  }
  tf.dispose([x, filter])
  expect(answers[2]).toEqual(answers[0])
  answers[1]?.forEach((value, i) => expect(answers[0]?.[i]).toBeCloseTo(value, 4))
})
