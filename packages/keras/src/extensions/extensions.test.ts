import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { TreadleError } from '@treadle/core'
import { afterEach, describe, expect, test } from 'vitest'
import { readGraph } from '../index.ts'
import {
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  normalization,
  registerExtensions,
  spatialDropout2d,
  subtract,
} from './index.ts'

afterEach(() => tf.disposeVariables())

type Registered = [new (args: object) => tfl.layers.Layer]
const { classNameMap } = tf.serialization.SerializationMap.getMap()
const registered = (name: string) => (classNameMap[name] as unknown as Registered | undefined)?.[0]
const made = (name: string, args: object = {}) => new (registered(name) as Registered[0])(args)

describe('registration', () => {
  test('happens only on demand, and leaves a class that has the name already', () => {
    expect(registered('RandomZoom')).toBeUndefined()
    class Mine extends tfl.layers.Layer {
      static className = 'RandomContrast'
    }
    tf.serialization.registerClass(Mine)
    registerExtensions(['RandomZoom', 'RandomContrast'])
    expect(registered('RandomZoom')).toBeDefined()
    expect(registered('RandomContrast')).toBe(Mine)
  })

  test('does not touch the classes of tfjs', () => {
    const before = registered('ReLU')
    registerExtensions(['ReLU', 'CompleteReLU', 'UpSampling2D'])
    expect(registered('ReLU')).toBe(before)
    expect(made('CompleteReLU').getClassName()).toBe('ReLU')
  })
})

/** The gradient of Σ f(x)² against differences, where f is smooth at x. */
function expectGradient(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): void {
  const sum = (at: tf.Tensor) => tf.sum(tf.square(f(at)))
  tf.tidy(() => {
    const values = x.dataSync()
    const found = tf
      .grad(sum as never)(x)
      .dataSync()
    values.forEach((_, i) => {
      const step = 1e-2
      const moved = (by: number) => {
        const copy = Float32Array.from(values)
        copy[i]! += by
        return sum(tf.tensor(copy, x.shape)).dataSync()[0] as number
      }
      const slope = (moved(step) - moved(-step)) / (2 * step)
      expect(Math.abs(slope - (found[i] as number))).toBeLessThan(2e-2 * Math.max(1, Math.abs(slope)))
    })
  })
}

const images = () =>
  tf.tensor(
    Float32Array.from({ length: 40 }, (_, i) => ((i * 7) % 41) / 20.5 - 0.91),
    [1, 4, 5, 2],
  )

describe('gradients are those of differences, within 2 %', () => {
  const smooth = ['celu', 'exponential', 'logSigmoid', 'sparsePlus', 'squareplus', 'tanhShrink']
  const pieces = ['hardSigmoidKeras3', 'hardSilu', 'leakyRelu', 'softShrink']
  test.each([...smooth, ...pieces])('%s', (name) => {
    registerExtensions([name])
    expectGradient((x) => made(name).apply(x) as tf.Tensor, images())
  })

  // No value of these inputs lies at ±1, where the slope changes.
  test.each(['hardTanh', 'sparseSigmoid'])('%s', (name) => {
    registerExtensions([name])
    expectGradient((x) => made(name).apply(x) as tf.Tensor, tf.mul(images(), 1.2))
  })

  test.each([
    ['CompleteReLU', { maxValue: 0.72, negativeSlope: 0.3, threshold: 0.2 }],
    ['CompleteUpSampling2D', { size: [2, 3] }],
    ['CompleteGlobalAveragePooling2D', {}],
    ['CompleteGlobalMaxPooling2D', {}],
  ])('%s', (name, args) => {
    registerExtensions([name])
    const layer = made(name, args)
    expectGradient((x) => layer.call(x, {}) as tf.Tensor, images())
  })

  test('Normalization', () => {
    const layer = normalization({ mean: [0.1, 0.2], variance: [2, 3] })
    expectGradient((x) => layer.call(x), images())
  })

  // No value of these inputs lies at ±0.5, where it jumps.
  test('hardShrink', () => {
    registerExtensions(['hardShrink'])
    expectGradient((x) => made('hardShrink').apply(x) as tf.Tensor, tf.mul(images(), 1.3))
  })

  test('logSigmoid of a layer, which disposes what it computes between', () => {
    registerExtensions(['logSigmoid'])
    const layer = tfl.layers.dense({ units: 3, activation: 'logSigmoid' as never, inputShape: [2] })
    layer.build([null, 2])
    expectGradient((x) => layer.apply(x) as tf.Tensor, tf.reshape(images(), [20, 2]))
  })

  test('Subtract', () => {
    const layer = subtract()
    expectGradient((x) => layer.call([x, tf.mul(x, x)]), images())
    expectGradient((x) => layer.call([tf.mean(x, [1, 2]), x]), images())
  })
})

test.each([
  [globalAveragePooling1d, 'GlobalAveragePooling1D', tf.mean, [1]],
  [globalMaxPooling1d, 'GlobalMaxPooling1D', tf.max, [1]],
  [globalAveragePooling2d, 'GlobalAveragePooling2D', tf.mean, [1, 2]],
  [globalMaxPooling2d, 'GlobalMaxPooling2D', tf.max, [1, 2]],
] as const)('%o keeps the axes it reduces if told so', (layerOf, className, reduced, axes) => {
  tf.tidy(() => {
    const x = axes.length === 1 ? tf.reshape(images(), [1, 20, 2]) : images()
    for (const keepdims of [undefined, false, true]) {
      const layer = layerOf(keepdims === undefined ? {} : { keepdims })
      const y = layer.apply(x) as tf.Tensor
      const expected = reduced(x, [...axes], keepdims)
      expect(layer.getClassName()).toBe(className)
      expect(layer.computeOutputShape(x.shape)).toEqual(expected.shape)
      expect(y.shape).toEqual(expected.shape)
      expect(y.dataSync()).toEqual(expected.dataSync())
    }
    const first = layerOf({ keepdims: true, inputShape: x.shape.slice(1) })
    const model = tfl.sequential({ layers: [first, tfl.layers.flatten()] })
    const { layers } = model.getConfig() as { layers: { className: string; config: object }[] }
    expect(layers[0]).toMatchObject({ className, config: { keepdims: true } })
    expect(model.outputShape).toEqual([null, 2])
  })
})

test('a saved extension has its settings and Keras’s class name', () => {
  const model = tfl.sequential({
    layers: [spatialDropout2d({ rate: 0.25, inputShape: [4, 5, 2] }), normalization({ axis: [1, -1] })],
  })
  const { layers } = model.getConfig() as { layers: { className: string; config: object }[] }
  expect(layers).toMatchObject([
    { className: 'SpatialDropout2D', config: { rate: 0.25, dataFormat: 'channelsLast' } },
    { className: 'Normalization', config: { axis: [1, -1], invert: false } },
  ])
  expect(model.weights.map(({ shape }) => shape)).toEqual([
    [4, 2],
    [4, 2],
  ])
  model.dispose()
})

test('inputs that cannot be subtracted are an error that gives their shapes', () => {
  const input = tfl.input({ shape: [3] })
  const met = () => subtract({ name: 'minus' }).apply([input, input, input])
  expect(met).toThrow(TreadleError)
  expect(met).toThrow(/layer `minus` \(Subtract\) takes two inputs whose sizes are equal or 1/)
  const other = tfl.input({ shape: [2] })
  expect(() => subtract().apply([input, other])).toThrow(/\[\[null,3\],\[null,2\]\]/)
})

describe('convolutions', () => {
  const sequence = () => tf.reshape(images(), [1, 20, 2])

  test.each<[string, () => tfl.layers.Layer, () => tf.Tensor]>([
    [
      'Conv1D causal',
      () => conv1d({ filters: 2, kernelSize: 3, padding: 'causal', dilationRate: 2 }),
      sequence,
    ],
    ['Conv1D of groups', () => conv1d({ filters: 4, kernelSize: 2, strides: 2, groups: 2 }), sequence],
    [
      'Conv2D of groups',
      () => conv2d({ filters: 4, kernelSize: 2, dilationRate: [1, 2], groups: 2, padding: 'same' }),
      images,
    ],
    [
      'Conv2DTranspose dilated',
      () => conv2dTranspose({ filters: 1, kernelSize: 2, dilationRate: [2, 1] }),
      images,
    ],
    ['DepthwiseConv2D dilated', () => depthwiseConv2d({ kernelSize: 2, dilationRate: [1, 3] }), images],
  ])('%s has the shape that it says, and a gradient', (_, make, inputs) => {
    const layer = make()
    const x = inputs()
    const { shape } = layer.apply(tfl.input({ shape: x.shape.slice(1) })) as tfl.SymbolicTensor
    expect((layer.call(x, {}) as tf.Tensor).shape.slice(1)).toEqual(shape.slice(1))
    expectGradient((at) => layer.call(at, {}) as tf.Tensor, x)
  })

  test('groups that do not divide the channels are an error', () => {
    const layer = conv2d({ filters: 4, kernelSize: 2, groups: 4, name: 'grouped' })
    expect(() => layer.apply(tfl.input({ shape: [4, 5, 2] }))).toThrow(
      'layer `grouped` (Conv2D): `groups` (=4) must divide the 2 channels of its input and its 4 filters',
    )
  })

  test('strides and dilation together are an error, as in Keras', () => {
    expect(() => depthwiseConv2d({ kernelSize: 2, strides: 2, dilationRate: [1, 2], name: 'both' })).toThrow(
      'layer `both` (DepthwiseConv2D): `strides` (=[2, 2]) and `dilationRate` (=[1, 2]) are both above 1. Set one of them to 1.',
    )
  })

  test('a dilation that TensorFlow.js ignores is an error that says what to do', () => {
    const layer = tfl.layers.depthwiseConv2d({ kernelSize: 2, dilationRate: 2, inputShape: [4, 5, 2] })
    expect(() => readGraph(tfl.sequential({ layers: [layer] }))).toThrow(
      /has `dilationRate` \(=\[2, 2\]\), which TensorFlow\.js ignores\. Make the layer with `depthwiseConv2d` of/,
    )
  })
})
