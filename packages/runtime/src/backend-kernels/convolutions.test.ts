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

type Shape5D = [number, number, number, number, number]
const images = (shape: number[], s: number) => noisy(shape, s) as tf.Tensor4D

const geometry = fc
  .record({
    batch: size(3),
    height: size(9),
    width: size(9),
    channels: size(4),
    outputs: size(5),
    filterHeight: size(4),
    filterWidth: size(4),
    strideHeight: size(3),
    strideWidth: size(3),
    pad: fc.constantFrom<('same' | 'valid')[]>('same', 'valid'),
  })
  .filter((g) => g.pad === 'same' || (g.filterHeight <= g.height && g.filterWidth <= g.width))

describe('convolutions and all their gradients (tolerance 2e-6 · largest)', () => {
  test.prop([geometry, seed], { numRuns: 80 })('conv2d', async (g, s) => {
    await expectLikeCpu(() => {
      const x = images([g.batch, g.height, g.width, g.channels], s)
      const filter = images([g.filterHeight, g.filterWidth, g.channels, g.outputs], s + 1)
      const convolve = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, [g.strideHeight, g.strideWidth], g.pad)
      return tf.grads((a, b) => tf.mul(convolve(a, b), convolve(a, b)))([x, filter])
    }, 2e-6)
  })

  test.prop([geometry, seed], { numRuns: 40 })('conv2dTranspose', async (g, s) => {
    await expectLikeCpu(() => {
      const strides: [number, number] = [g.strideHeight, g.strideWidth]
      const inputShape: [number, number, number, number] = [g.batch, g.height, g.width, g.channels]
      const filter = images([g.filterHeight, g.filterWidth, g.channels, g.outputs], s + 1)
      const like = tf.conv2d(tf.zeros<tf.Rank.R4>(inputShape), filter, strides, g.pad)
      const dy = images(like.shape, s)
      const transpose = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2dTranspose(a as tf.Tensor4D, b as tf.Tensor4D, inputShape, strides, g.pad)
      return [
        transpose(dy, filter),
        ...tf.grads((a, b) => tf.mul(transpose(a, b), transpose(a, b)))([dy, filter]),
      ]
    }, 2e-6)
  })

  test.prop([geometry, seed], { numRuns: 60 })('depthwiseConv2d', async (g, s) => {
    await expectLikeCpu(() => {
      const x = images([g.batch, g.height, g.width, g.channels], s)
      const filter = images([g.filterHeight, g.filterWidth, g.channels, Math.min(g.outputs, 3)], s + 1)
      const convolve = (a: tf.Tensor, b: tf.Tensor) =>
        tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, [g.strideHeight, g.strideWidth], g.pad)
      return tf.grads((a, b) => tf.mul(convolve(a, b), convolve(a, b)))([x, filter])
    }, 2e-6)
  })

  test.prop([geometry, size(3), size(3), size(2), seed], { numRuns: 40 })(
    'conv3d and conv3dTranspose',
    async (g, depth, filterDepth, strideDepth, s) => {
      const within = (window: number, stride: number, input: number): boolean =>
        g.pad === 'same' ? stride <= window : window <= input
      fc.pre(
        within(filterDepth, strideDepth, depth) &&
          within(g.filterHeight, g.strideHeight, g.height) &&
          within(g.filterWidth, g.strideWidth, g.width),
      )
      await expectLikeCpu(() => {
        const shape: Shape5D = [g.batch, depth, g.height, g.width, g.channels]
        const filter = noisy([filterDepth, g.filterHeight, g.filterWidth, g.channels, g.outputs], s + 1)
        const strides: [number, number, number] = [strideDepth, g.strideHeight, g.strideWidth]
        const convolve = (x: tf.Tensor, w: tf.Tensor) =>
          tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, g.pad)
        const y = convolve(noisy(shape, s), filter)
        const dy = noisy(y.shape, s) as tf.Tensor5D
        return [
          y,
          tf.conv3dTranspose(dy, filter as tf.Tensor5D, shape, strides, g.pad),
          ...tf.grads(convolve)([noisy(shape, s), filter], dy),
        ]
      }, 2e-6)
    },
  )

  test.prop([geometry, seed], { numRuns: 40 })(
    'conv3d of depth 1 is conv2d, for every stride',
    async (g, s) => {
      const x = () => images([g.batch, g.height, g.width, g.channels], s)
      const filter = () => images([g.filterHeight, g.filterWidth, g.channels, g.outputs], s + 1)
      const flat = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, [g.strideHeight, g.strideWidth], g.pad)
      const deep = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.squeeze(
          tf.conv3d(
            tf.expandDims<tf.Tensor5D>(a, 1),
            tf.expandDims<tf.Tensor5D>(b, 0),
            [1, g.strideHeight, g.strideWidth],
            g.pad,
          ),
          [1],
        )
      const all = (convolve: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => () => [
        convolve(x(), filter()),
        ...tf.grads((a, b) => tf.mul(convolve(a, b), convolve(a, b)))([x(), filter()]),
      ]
      await expectLikeCpu(all(deep), 2e-6, all(flat))
    },
  )

  test('a filter gradient of a large map with one filter', async () => {
    await expectLikeCpu(() => {
      const x = images([1, 64, 64, 40], 1)
      const dy = images([1, 64, 64, 1], 2)
      return tf.engine().runKernel<tf.Tensor>(
        'Conv2DBackpropFilter',
        { x, dy },
        {
          strides: [1, 1],
          pad: 'same',
          dataFormat: 'NHWC',
          filterShape: [3, 3, 40, 1],
        },
      )
    }, 1e-5)
  })

  test.each([
    ['Conv2DBackpropFilter', [1, 5, 5, 3]],
    ['DepthwiseConv2dNativeBackpropFilter', [1, 5, 5, 6]],
    ['DepthwiseConv2dNativeBackpropInput', [1, 5, 5, 6]],
  ])('%s rejects a gradient of another shape than the output', (kernel, shape) => {
    const attributes = { strides: 1, pad: 'valid', inputShape: [1, 5, 5, 2], filterShape: [2, 2, 2, 3] }
    expect(() =>
      tf.tidy(() => {
        const [x, filter, dy] = [images([1, 5, 5, 2], 1), images([2, 2, 2, 3], 2), images(shape, 3)]
        tf.engine().runKernel(kernel, { x, filter, dy }, attributes)
      }),
    ).toThrow(expect.objectContaining({ code: 'RUNTIME_BAD_SHAPE' }))
  })

  test('explicit padding wider than the filter', async () => {
    await expectLikeCpu(() => {
      const x = images([1, 5, 5, 2], 1)
      const filter = images([2, 2, 2, 3], 2)
      return tf.grad((a) => tf.conv2d(a as tf.Tensor4D, filter, 1, 3))(x)
    }, 2e-6)
  })
})
