import { fc, test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { noise, seed, size } from '../../test/compare.ts'
import { startRuntime } from '../index.ts'
import type { Runtime } from '../index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
})
beforeEach(() => tf.setBackend('treadle-wasm'))
afterAll(() => runtime.dispose())

/** One dimension, with Keras's padding. */
const side = fc.record({ input: size(7), window: size(4), stride: size(3) })
const sides = fc.array(side, { minLength: 2, maxLength: 3 })
type Side = typeof side extends fc.Arbitrary<infer One> ? One : never

function outputOf({ input, window, stride }: Side, same: boolean): { output: number; before: number } {
  if (!same) return { output: Math.floor((input - window) / stride) + 1, before: 0 }
  const output = Math.ceil(input / stride)
  return { output, before: Math.floor(Math.max(0, (output - 1) * stride + window - input) / 2) }
}

/** Positions of the pixels of each window along one dimension. */
function ranges(one: Side, same: boolean): number[][] {
  const { output, before } = outputOf(one, same)
  return Array.from({ length: output }, (_, o) =>
    Array.from({ length: one.window }, (_unused, w) => o * one.stride + w - before).filter(
      (p) => p >= 0 && p < one.input,
    ),
  )
}

/** Indices of the pixels of each window of each image and channel, in row-major order of the output. */
function windowsOf(batch: number, channels: number, dimensions: Side[], same: boolean): number[][] {
  let windows: number[][] = Array.from({ length: batch }, (_, i) => [i])
  for (const one of dimensions)
    windows = windows.flatMap((outer) =>
      ranges(one, same).map((range) => outer.flatMap((from) => range.map((p) => from * one.input + p))),
    )
  return windows.flatMap((pixels) =>
    Array.from({ length: channels }, (_, c) => pixels.map((pixel) => pixel * channels + c)),
  )
}

/** Indices of values that are not the expected ones to five digits. */
function far(actual: ArrayLike<number>, expected: Float64Array): number[] {
  return Array.from(expected.keys()).filter((i) => {
    const [a, b] = [actual[i] as number, expected[i] as number]
    return !(Object.is(a, b) || Math.abs(a - b) <= 5e-6)
  })
}

/** Batches of few and of more images than shards; channels in whole vectors and not. */
const batches = fc.constantFrom(1, 3, 9)
const channelCounts = fc.constantFrom(1, 3, 5, 16, 17)
const special = [NaN, Infinity, -Infinity]

test.prop([sides, batches, channelCounts, fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), seed])(
  'max and average pooling and their gradients are those of the definition, for 2-D and 3-D, also of negative, infinite and NaN values',
  (dimensions, batch, channels, same, negative, unusual, average, s) => {
    fc.pre(same || dimensions.every(({ input, window }) => window <= input))
    const shape = [batch, ...dimensions.map(({ input }) => input), channels]
    const x = noise(tf.util.sizeFromShape(shape), s).map((v) => Math.round(8 * v) / 8 - (negative ? 2 : 0))
    if (unusual) for (let i = s % 5; i < x.length; i += 5) x[i] = special[(i >> 1) % 3] as number
    const windows = windowsOf(batch, channels, dimensions, same)
    const outShape = [batch, ...dimensions.map((one) => outputOf(one, same).output), channels]
    const dy = noise(windows.length, s + 1)
    const expected = new Float64Array(windows.length)
    const gradient = new Float64Array(x.length)
    windows.forEach((pixels, o) => {
      const d = dy[o] as number
      if (average) {
        expected[o] = pixels.reduce((sum, p) => sum + (x[p] as number), 0) / pixels.length
        for (const p of pixels) gradient[p] = (gradient[p] as number) + d / pixels.length
      } else {
        // NaN is ignored, unless there is nothing else.
        const numbers = pixels.map((p) => x[p] as number).filter((v) => !Number.isNaN(v))
        expected[o] = numbers.length > 0 ? Math.max(...numbers) : NaN
        const first = pixels.find((p) => x[p] === expected[o]) ?? pixels[0]
        gradient[first as number] = (gradient[first as number] as number) + d
      }
    })
    const pad = same ? 'same' : 'valid'
    const window = dimensions.map((one) => one.window) as never
    const strides = dimensions.map((one) => one.stride) as never
    const pool = (t: tf.Tensor): tf.Tensor => {
      if (dimensions.length === 2)
        return (average ? tf.avgPool : tf.maxPool)(t as tf.Tensor4D, window, strides, pad)
      return (average ? tf.avgPool3d : tf.maxPool3d)(t as tf.Tensor5D, window, strides, pad)
    }
    const [y, dx] = tf.tidy(() => {
      const input = tf.tensor(x, shape)
      const output = pool(input)
      expect(output.shape).toEqual(outShape)
      return [output.dataSync(), tf.grad(pool)(input, tf.tensor(dy, outShape)).dataSync()] as const
    })
    expect(far(y, expected)).toEqual([])
    expect(far(dx, gradient)).toEqual([])
  },
)

test('the gradient of a map of negative values sums to the number of its windows', () => {
  const sum = tf.tidy(() =>
    tf
      .sum(tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))(tf.neg(tf.ones([4, 6, 6, 3]))))
      .dataSync(),
  )
  expect([...sum]).toEqual([108])
})

test('NaN in a window is ignored, unless it has nothing else', () => {
  const y = tf.tidy(() =>
    tf.maxPool(tf.tensor4d([NaN, 1, NaN, NaN, 5, 6], [1, 1, 6, 1]), [1, 2], [1, 2], 'valid').dataSync(),
  )
  expect([...y]).toEqual([1, NaN, 6])
})
