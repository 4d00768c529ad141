import { fc, test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, vi } from 'vitest'
import { noisy, seed } from '../../test/compare.ts'
import { geometries, outputShape } from '../../test/convolution-reference.ts'
import type { Geometry } from '../../test/convolution-reference.ts'
import { activeRuntime, startRuntime } from '../index.ts'

afterEach(() => activeRuntime()?.dispose())

const run = (kernel: string, inputs: Record<string, tf.Tensor>, attributes: object): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, { ...attributes })

/** `count` images from `from` on. */
const part = (images: tf.Tensor, from: number, count: number): tf.Tensor =>
  tf.slice(images, [from, 0, 0, 0], [count, -1, -1, -1])

/** What the kernels compute from images, so that the sample on the first axis has an answer of its own. */
function answers(geometry: Geometry, x: tf.Tensor, dy: tf.Tensor, filter: tf.Tensor): tf.Tensor[] {
  const { strides, dilations, pad, depthwise, filterShape } = geometry
  const name = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D'
  const attributes = { strides, dilations, pad, dataFormat: 'NHWC', dimRoundingMode: 'floor' }
  const pooling = { filterSize: [2, 3], strides, pad: 'same' }
  return [
    run(name, { x, filter }, attributes),
    run(`${name}BackpropInput`, { dy, filter }, { ...attributes, inputShape: x.shape, filterShape }),
    ...['MaxPool', 'AvgPool'].flatMap((pool) => {
      const y = run(pool, { x }, pooling)
      return [y, run(`${pool}Grad`, { dy: y, input: x, output: y }, pooling)]
    }),
  ]
}

const bitsOf = (tensor: tf.Tensor): Uint32Array =>
  new Uint32Array(tensor.dataSync<'float32'>().slice().buffer)

test.prop([fc.boolean().chain(geometries), seed], { numRuns: 40 })(
  'an image has the same bits alone, in a small batch and in a large one',
  async (geometry, s) => {
    await startRuntime({ threads: 1 })
    tf.tidy(() => {
      const [, ...image] = geometry.inputShape
      const [, ...output] = outputShape(geometry)
      const x = noisy([9, ...image], s)
      const dy = noisy([9, ...output], s + 1)
      const filter = noisy(geometry.filterShape, s + 2)
      const all = answers(geometry, x, dy, filter)
      for (const [from, count] of [
        [0, 1],
        [8, 1],
        [3, 3],
      ] as const)
        answers(geometry, part(x, from, count), part(dy, from, count), filter).forEach((answer, i) =>
          expect(bitsOf(answer)).toEqual(bitsOf(part(all[i] as tf.Tensor, from, count))),
        )
    })
  },
)

/** Convolutions that are worth threads. */
const large: Geometry[] = (
  [
    [[3, 24, 24, 16], [3, 3, 16, 17], false],
    [[16, 12, 12, 5], [5, 5, 5, 16], false],
    [[2, 40, 40, 3], [3, 3, 3, 32], false],
    [[9, 20, 20, 17], [3, 3, 17, 2], true],
  ] as const
).map(([inputShape, filterShape, depthwise]) => ({
  inputShape: [...inputShape],
  filterShape: [...filterShape],
  strides: [1, 1],
  dilations: [1, 1],
  pad: 'same',
  depthwise,
}))

/** All answers to each of `large`, with the gradients by the weights. */
function largeAnswers(): Uint32Array[] {
  const bits: Uint32Array[] = []
  large.forEach((geometry, i) =>
    tf.tidy(() => {
      const { inputShape, filterShape, depthwise } = geometry
      const x = noisy(inputShape, i + 1)
      const dy = noisy(outputShape(geometry), i + 2)
      const filter = noisy(filterShape, i + 3)
      const name = depthwise ? 'DepthwiseConv2dNativeBackpropFilter' : 'Conv2DBackpropFilter'
      const attributes = { strides: 1, dilations: 1, pad: 'same', dataFormat: 'NHWC', filterShape }
      const dw = tf.engine().runKernel<tf.Tensor>(name, { x, dy }, attributes)
      // `tidy` would look for tensors among returned bits.
      bits.push(...[...answers(geometry, x, dy, filter), dw].map(bitsOf))
    }),
  )
  return bits
}

test('1, 2 and 3 threads give the same bits, before and after they have started', async () => {
  const results: Uint32Array[][] = []
  for (const threads of [1, 2, 3]) {
    const runtime = await startRuntime({ threads })
    results.push(largeAnswers())
    const runNow = vi.spyOn(await runtime.kernelPool(), 'runNow')
    results.push(largeAnswers())
    const shared = runNow.mock.results.filter(({ value }) => value === true).length
    // Three of each convolution.
    expect(shared >= 3 * large.length).toBe(runtime.threads > 1)
    await runtime.dispose()
  }
  for (const result of results) expect(result).toEqual(results[0])
})
