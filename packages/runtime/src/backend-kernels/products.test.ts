import { fc, test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { expectLikeCpu, noisy, seed, size } from '../../test/compare.ts'
import { startRuntime } from '../index.ts'
import type { Runtime } from '../index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
})
afterAll(() => runtime.dispose())

/** Batch dimensions of two operands that broadcast together. */
const batches = fc
  .array(fc.tuple(size(3), fc.constantFrom('both', 'left', 'right')), { maxLength: 2 })
  .map((dims) => ({
    a: dims.map(([n, which]) => (which === 'right' ? 1 : n)),
    b: dims.map(([n, which]) => (which === 'left' ? 1 : n)),
  }))
const dimensions = fc.record({ rows: size(40), inner: size(40), columns: size(40) })

const integers = (shape: number[], from: number) => tf.cast(tf.mul(noisy(shape, from), 100), 'int32')

describe('matMul (tolerance 1e-6 · largest)', () => {
  test.prop([batches, dimensions, fc.boolean(), fc.boolean(), seed], { numRuns: 60 })(
    'any batch, any transpose, and its gradients',
    async (batch, { rows, inner, columns }, transposeA, transposeB, s) => {
      const operands = () =>
        [
          noisy([...batch.a, ...(transposeA ? [inner, rows] : [rows, inner])], s),
          noisy([...batch.b, ...(transposeB ? [columns, inner] : [inner, columns])], s + 1),
        ] as const
      const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB)
      const full = tf.broadcast_util.assertAndGetBroadcastShape(batch.a, batch.b)
      const broadcast = (x: tf.Tensor) => tf.broadcastTo(x, [...full, ...x.shape.slice(-2)])
      // tfjs's cpu backend uses the wrong matrix if both sides broadcast.
      const reference = () => product(...(operands().map(broadcast) as [tf.Tensor, tf.Tensor]))
      await expectLikeCpu(() => product(...operands()), 1e-6 * inner, reference)
      // tfjs's gradient of matMul does not support broadcasting.
      if (batch.a.join() === batch.b.join())
        await expectLikeCpu(() => tf.grads(product)([...operands()]), 1e-6 * inner * rows)
    },
  )

  test.prop([dimensions, fc.boolean(), fc.boolean(), seed], { numRuns: 20 })(
    'int32 is exact',
    async (d, ta, tb, s) => {
      await expectLikeCpu(() => {
        const a = integers([2, ...(ta ? [d.inner, d.rows] : [d.rows, d.inner])], s)
        const b = integers([2, ...(tb ? [d.columns, d.inner] : [d.inner, d.columns])], s + 1)
        return tf.matMul(a, b, ta, tb)
      })
    },
  )

  const activation = fc.constantFrom('linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu', 'prelu')
  test.prop([dimensions, fc.boolean(), fc.boolean(), fc.boolean(), activation, seed])(
    'fused with bias and activation',
    async ({ rows, inner, columns }, transposeA, transposeB, hasBias, name, s) => {
      await expectLikeCpu(
        () =>
          tf.fused.matMul({
            a: noisy(transposeA ? [inner, rows] : [rows, inner], s),
            b: noisy(transposeB ? [columns, inner] : [inner, columns], s + 1),
            transposeA,
            transposeB,
            ...(hasBias && { bias: noisy([columns], s + 2) }),
            activation: name,
            ...(name === 'prelu' && { preluActivationWeights: noisy([columns], s + 3) }),
            leakyreluAlpha: 0.25,
          }),
        1e-6 * inner,
      )
    },
  )

  test('empty inner dimension gives zeros', async () => {
    await expectLikeCpu(() => tf.matMul(tf.tensor2d([], [3, 0]), tf.tensor2d([], [0, 2])))
  })

  test('shapes that do not match are an error that names them', () => {
    expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]))).toThrow(/inner shapes \(3\) and \(2\)/)
  })
})

test('confusionMatrix counts', async () => {
  await expectLikeCpu(() =>
    tf.math.confusionMatrix(tf.tensor1d([0, 1, 2, 1, 0], 'int32'), tf.tensor1d([0, 2, 2, 1, 1], 'int32'), 3),
  )
})

test.each([
  ['ij,jk->ik', [4, 5], [5, 6]],
  ['ij->ji', [4, 5]],
  ['ij->i', [4, 5]],
  ['ij->', [4, 5]],
  ['i,i->i', [7], [7]],
  ['i,j->ij', [3], [4]],
  ['ij,ij->', [4, 5], [4, 5]],
  ['abc,acd->abd', [2, 3, 4], [2, 4, 5]],
  ['bqhd,bkhd->bhqk', [2, 5, 3, 4], [2, 6, 3, 4]],
  ['abcd,cde->abe', [2, 3, 4, 5], [4, 5, 6]],
  ['abx,ac->cb', [2, 3, 4], [2, 5]],
  ['ij->ij', [2, 3]],
] as [string, ...number[][]][])('einsum %s (tolerance 1e-5 · largest)', async (equation, ...shapes) => {
  await expectLikeCpu(() => tf.einsum(equation, ...shapes.map((shape, i) => noisy(shape, i + 1))), 1e-5)
})
