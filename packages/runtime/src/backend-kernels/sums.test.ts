import { fc, test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { expectLikeCpu, noisy, seed, size } from '../../test/compare.ts'
import { startRuntime } from '../index.ts'
import type { Runtime } from '../index.ts'
import { uniform } from '../../../../test/support/uniform.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
})
afterAll(() => runtime.dispose())

const operations = { sum: tf.sum, mean: tf.mean }
const operation = fc.constantFrom<'sum' | 'mean'>('sum', 'mean')
const reduced = fc.array(fc.tuple(size(9), fc.boolean()), { minLength: 1, maxLength: 4 }).map((dims) => ({
  shape: dims.map(([n]) => n),
  axes: dims.flatMap(([, reduce], i) => (reduce ? [i] : [])),
}))

test.prop([operation, reduced, fc.boolean(), seed])(
  'sum and mean over any axes, kept or not, to 1e-5',
  async (name, { shape, axes }, keepDims, s) => {
    await expectLikeCpu(() => operations[name](noisy(shape, s), axes, keepDims), 1e-5)
  },
)

test.prop([
  operation,
  fc.array(fc.oneof(uniform(-1e6, 1e6), fc.float({ min: -1e6, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 3000,
  }),
])('sum and mean are the float64 results, rounded once', (name, values) => {
  const floats = Float32Array.from(values)
  const exact = floats.reduce((total, value) => total + value, 0) / (name === 'mean' ? floats.length : 1)
  const [found] = tf.tidy(() => operations[name](tf.tensor2d(floats, [floats.length, 1]), 0).dataSync())
  expect(found).toBe(Math.fround(exact))
})

test('int32 uses the stock kernel: its sum is int32', async () => {
  await expectLikeCpu(() =>
    tf.sum(
      tf.tensor2d(
        [
          [1, 2],
          [3, 4],
        ],
        [2, 2],
        'int32',
      ),
      0,
    ),
  )
})
