import '@tensorflow/tfjs-backend-cpu'
// For the gradients: tfjs-core does not register them itself.
import '@tensorflow/tfjs-layers'
import * as tf from '@tensorflow/tfjs-core'
import { fc } from '@fast-check/vitest'
import { expect } from 'vitest'

type Numbers = Float32Array | Int32Array | Uint8Array

/** The result of a computation: one tensor or several. */
type Result = tf.Tensor | tf.Tensor[]

async function values(
  backend: string,
  compute: () => Result,
): Promise<{ shape: number[]; dtype: string; data: Numbers }[]> {
  await tf.setBackend(backend)
  const before = tf.memory()
  const out = tf.tidy(() =>
    [compute()]
      .flat()
      .map((t) => ({ shape: t.shape, dtype: t.dtype, data: t.dataSync<keyof tf.DataTypeMap>() as Numbers })),
  )
  const after = tf.memory()
  expect(after.numTensors - before.numTensors, 'tensors left behind').toBe(0)
  expect(after.numDataBuffers - before.numDataBuffers, 'buffers left behind').toBe(0)
  return out
}

/**
 * Runs `compute` on tfjs's cpu backend and on `treadle-wasm`. Expects equal shapes and dtypes, and values that differ by at
 * most `tolerance` · max(1, largest |value|). `compute` creates its own tensors. Expects that neither run leaks tensors.
 * @param reference the computation for the cpu backend, if that backend has a bug in `compute`
 */
export async function expectLikeCpu(
  compute: () => Result,
  tolerance = 0,
  reference = compute,
): Promise<void> {
  const expected = await values('cpu', reference)
  const actual = await values('treadle-wasm', compute)
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  )
  actual.forEach(({ data }, i) => expectClose(data, expected[i]?.data as Numbers, tolerance))
}

function expectClose(actual: Numbers, expected: Numbers, tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  let scale = 1
  for (const x of expected) if (Number.isFinite(x)) scale = Math.max(scale, Math.abs(x))
  let worst = 0
  for (let i = 0; i < actual.length; i++) {
    if (!Object.is(actual[i], expected[i]))
      worst = Math.max(
        worst,
        Math.abs((actual[i] as number) - (expected[i] as number)) ||
          (actual[i] === expected[i] ? 0 : Infinity),
      )
  }
  expect(worst).toBeLessThanOrEqual(tolerance * scale)
}

/** Numbers from −1 to 1 that depend only on `seed`. */
export function noise(size: number, seed: number): Float32Array {
  let state = seed | 1
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}

/** A float32 tensor of noise. */
export function noisy(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(noise(tf.util.sizeFromShape(shape), seed), shape, 'float32')
}

export const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 })
/** A dimension from 1 to `max`. */
export const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })
