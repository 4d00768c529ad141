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

const dtype = fc.constantFrom<('float32' | 'int32' | 'bool')[]>('float32', 'int32', 'bool')
const ofType = (shape: number[], s: number, type: 'float32' | 'int32' | 'bool') =>
  tf.cast(type === 'bool' ? tf.greater(noisy(shape, s), 0) : tf.mul(noisy(shape, s), 50), type)

test.prop([fc.array(fc.tuple(size(5), size(4)), { minLength: 1, maxLength: 5 }), dtype, seed])(
  'tile',
  async (dims, type, s) => {
    const shape = dims.map(([n]) => n)
    await expectLikeCpu(() =>
      tf.tile(
        ofType(shape, s, type),
        dims.map(([, times]) => times),
      ),
    )
  },
)

const part = fc.array(
  size(7).chain((n) => fc.tuple(fc.constant(n), fc.nat(n), fc.nat(n))),
  { minLength: 1, maxLength: 5 },
)
test.prop([part, dtype, seed])('slice', async (dims, type, s) => {
  const shape = dims.map(([n]) => n)
  const begin = dims.map(([, a, b]) => Math.min(a, b))
  await expectLikeCpu(() =>
    tf.slice(
      ofType(shape, s, type),
      begin,
      dims.map(([, a, b]) => Math.abs(a - b)),
    ),
  )
})

test.prop([
  fc.array(size(6), { minLength: 1, maxLength: 4 }),
  fc.array(fc.nat(90), { minLength: 1, maxLength: 4 }),
  fc.nat(3),
  dtype,
  seed,
])('concat and split', async (shape, sizes, at, type, s) => {
  const axis = at % shape.length
  const concatenated = () =>
    tf.concat(
      sizes.map((n, i) => ofType(shape.with(axis, n), s + i, type)),
      axis,
    )
  await expectLikeCpu(concatenated)
  await expectLikeCpu(() => tf.split(concatenated(), sizes, axis))
})

/** Shapes that broadcast together, with up to two leading dimensions missing on one side. */
const broadcast = fc
  .tuple(
    fc.array(fc.tuple(size(30), fc.constantFrom('both', 'left', 'right')), { minLength: 1, maxLength: 4 }),
    fc.nat(2),
    fc.boolean(),
  )
  .map(([dims, missing, left]) => {
    const a = dims.map(([n, which]) => (which === 'right' ? 1 : n))
    const b = dims.map(([n, which]) => (which === 'left' ? 1 : n))
    return left ? { a: a.slice(missing), b } : { a, b: b.slice(missing) }
  })
  .filter(({ a, b }) => tf.util.sizeFromShape(a) * tf.util.sizeFromShape(b) < 1e7)

test.prop([fc.constantFrom('Add', 'Sub', 'Multiply', 'RealDiv'), broadcast, seed])(
  'float32 + − × ÷ have the bits of the cpu backend, broadcast or not',
  async (name, { a, b }, s) => {
    await expectLikeCpu(() => tf.engine().runKernel<tf.Tensor>(name, { a: noisy(a, s), b: noisy(b, s + 1) }))
  },
)

/** A map, and the shape of parameters that some of its axes share. */
const parameters = fc
  .array(fc.tuple(size(7), fc.boolean()), { minLength: 4, maxLength: 4 })
  .map((dims) => ({ shape: dims.map(([n]) => n), own: dims.map(([n, shared]) => (shared ? 1 : n)) }))

test.prop([parameters, fc.boolean(), fc.boolean(), seed])(
  'batchNorm with parameters that any axes share, to 1e-5',
  async ({ shape, own }, scaled, moved, s) => {
    const tensors = () => {
      const [x, mean, offset, scale] = [shape, own, own, own].map((one, i) => noisy(one, s + i))
      const variance = tf.add(tf.abs(noisy(own, s + 4)), 0.5)
      return { x, mean, variance, offset: moved ? offset : undefined, scale: scaled ? scale : undefined } as {
        [name in 'x' | 'mean' | 'variance' | 'offset' | 'scale']: tf.Tensor4D
      }
    }
    // The cpu backend repeats parameters along the last axis.
    await expectLikeCpu(
      () => {
        const { x, mean, variance, offset, scale } = tensors()
        return tf.batchNorm(x, mean, variance, offset, scale, 1e-3)
      },
      1e-5,
      () => {
        const { x, mean, variance, offset, scale } = tensors()
        const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)))
        return tf.add(tf.mul(normal, scaled ? scale : 1), moved ? offset : 0)
      },
    )
  },
)

test.prop([parameters, seed])('prelu with factors that any axes share', async ({ shape, own }, s) => {
  await expectLikeCpu(() => tf.prelu(noisy(shape, s), noisy(own, s + 1)))
})

test('cast to bool gives 1 for every value other than 0', async () => {
  await expectLikeCpu(() => tf.cast(tf.tensor1d([0, 3, -2, 256, 0.5, Number.NaN]), 'bool'))
  await expectLikeCpu(() => tf.cast(tf.tensor1d([0, 3, -2, 256], 'int32'), 'bool'))
})

test('clipByValue keeps NaN', async () => {
  await expectLikeCpu(() => tf.clipByValue(tf.tensor1d([-5, 0.25, 5, Number.NaN, Infinity]), -1, 1))
})

test('an operation that the module does not support is an error', () => {
  expect(() => tf.tidy(() => tf.equal(tf.tensor1d(['a']), tf.tensor1d(['b'])).dataSync())).toThrow(
    /does not support an operation/,
  )
  expect(
    tf.tidy(() => tf.add(1, 2).dataSync()[0]),
    'the next is none of its business',
  ).toBe(3)
})

test('int32 arithmetic uses the stock kernel', async () => {
  await expectLikeCpu(() =>
    tf.add(tf.tensor1d([1, 2, 3], 'int32'), tf.tensor2d([[10], [20]], [2, 1], 'int32')),
  )
})

test.prop([size(20), size(6), size(5), seed], { numRuns: 40 })(
  'unsortedSegmentSum, ids out of range dropped (tolerance 1e-6 · largest)',
  async (rows, width, segments, s) => {
    const compute = () => {
      const ids = tf.cast<tf.Tensor1D>(tf.mul(noisy([rows], s + 1), segments + 1), 'int32')
      return tf.unsortedSegmentSum(noisy([rows, width], s), ids, segments)
    }
    await expectLikeCpu(compute, 1e-6)
  },
)

test('unsortedSegmentSum of int32 stays int32', () => {
  const sums = tf.tidy(() => {
    const out = tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4], 'int32'), tf.tensor1d([1, 0, 1], 'int32'), 2)
    return { dtype: out.dtype, values: [...out.dataSync()] }
  })
  expect(sums).toEqual({ dtype: 'int32', values: [2, 5] })
})

describe('identity', () => {
  test('shares elements and survives its source', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3])
      const y = tf.clone(x)
      expect(tf.memory().numDataBuffers).toBe(1)
      x.dispose()
      expect([...y.dataSync()]).toEqual([1, 2, 3])
    })
    expect(tf.memory()).toMatchObject({ numTensors: 0, numDataBuffers: 0 })
  })

  test('a clone is not changed through a variable', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]))
    const before = tf.clone(variable)
    variable.assign(tf.tensor1d([5, 6]))
    expect([...before.dataSync()]).toEqual([1, 2])
    tf.disposeVariables()
    before.dispose()
  })

  test('strings', () => {
    expect(tf.tidy(() => tf.clone(tf.tensor1d(['a', 'b'])).dataSync())).toEqual(['a', 'b'])
  })
})

test.prop([size(4), size(3), size(5), size(4), size(3), seed])(
  'gather with a batch dimension is that of the cpu backend',
  async (batch, outer, length, count, inner, s) => {
    await expectLikeCpu(() => {
      const x = noisy([batch, outer, length, inner], s)
      const indices = tf.tensor2d(
        Array.from({ length: batch * count }, (_, i) => (i * 7 + s) % length),
        [batch, count],
        'int32',
      )
      return tf.gather(x, indices, 2, 1)
    })
  },
)
