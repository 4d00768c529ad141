import { fc, test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { noise, seed } from '../../test/compare.ts'
import {
  convolutionNoise,
  convolutionReference,
  geometries,
  outputShape,
} from '../../test/convolution-reference.ts'
import { startRuntime } from '../index.ts'
import type { Runtime } from '../index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
})
afterAll(() => runtime.dispose())

const ALPHA = 0.3

/** activation(v), where `slope` is the weight of PReLU. */
const activations: Readonly<Record<string, (v: number, slope: number) => number>> = {
  linear: (v) => v,
  relu: (v) => Math.max(0, v),
  relu6: (v) => Math.min(6, Math.max(0, v)),
  prelu: (v, slope) => (v < 0 ? slope * v : v),
  leakyrelu: (v) => (v < 0 ? ALPHA * v : v),
  elu: (v) => (v < 0 ? Math.expm1(v) : v),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
}

test.prop(
  [
    fc.boolean().chain(geometries),
    fc.constantFrom(...Object.keys(activations)),
    fc.constantFrom('none', 'vector', 'scalar', 'map'),
    seed,
  ],
  { numRuns: 150 },
)('a fused convolution is activation(x ∗ filter + bias)', (geometry, activation, biases, s) => {
  const values = convolutionNoise(geometry, s)
  const shape = outputShape(geometry)
  const [, rows, columns, filters] = shape
  const biasShapes: Readonly<Record<string, number[]>> = {
    none: [],
    vector: [filters],
    scalar: [],
    map: [rows, columns, filters],
  }
  const biasShape = biasShapes[biases] as number[]
  const bias = noise(tf.util.sizeFromShape(biasShape), s + 3).map((v) => 3 * v)
  const slopes = noise(filters, s + 4)
  const actual = tf.tidy(() => {
    const inputs = {
      x: tf.tensor(values.x, geometry.inputShape),
      filter: tf.tensor(values.filter, geometry.filterShape),
      ...(biases === 'none' ? {} : { bias: tf.tensor(bias, biasShape) }),
      ...(activation === 'prelu' ? { preluActivationWeights: tf.tensor(slopes, [filters]) } : {}),
    }
    const { strides, dilations, pad, depthwise } = geometry
    const attributes = { strides, dilations, pad, dataFormat: 'NHWC', dimRoundingMode: 'floor' }
    const y = tf.engine().runKernel<tf.Tensor>(depthwise ? 'FusedDepthwiseConv2D' : 'FusedConv2D', inputs, {
      ...attributes,
      activation,
      leakyreluAlpha: ALPHA,
    })
    expect(y.shape).toEqual(shape)
    return y.dataSync<'float32'>()
  })
  const { sum, magnitude } = convolutionReference(geometry, values).y
  const bound = 2e-6 * (4 + magnitude.reduce((a, b) => Math.max(a, b), 0))
  const apply = activations[activation] as (v: number, slope: number) => number
  const image = rows * columns * filters
  const wrong = Array.from(sum.keys()).filter((i) => {
    const added = biases === 'none' ? 0 : (bias[(i % image) % bias.length] as number)
    const expected = apply((sum[i] as number) + added, slopes[i % filters] as number)
    return !(Math.abs(expected - (actual[i] as number)) <= bound)
  })
  expect(wrong).toEqual([])
})

test('ReLU keeps NaN and takes a bias of Infinity', () => {
  const y = tf.tidy(() =>
    tf.fused
      .conv2d({
        x: tf.tensor4d([NaN, 1, -1], [1, 1, 3, 1]),
        filter: tf.tensor4d([1, 1], [1, 1, 1, 2]),
        strides: 1,
        pad: 'valid',
        bias: tf.tensor1d([0, Infinity]),
        activation: 'relu',
      })
      .dataSync(),
  )
  expect([...y]).toEqual([NaN, NaN, 1, Infinity, 0, Infinity])
})
