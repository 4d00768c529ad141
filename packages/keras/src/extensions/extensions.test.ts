import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { TreadleError } from '@treadle/core'
import { afterEach, describe, expect, test } from 'vitest'
import { normalization, registerExtensions, spatialDropout2d, subtract } from './index.ts'

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

  test('Subtract', () => {
    const layer = subtract()
    expectGradient((x) => layer.call([x, tf.mul(x, x)]), images())
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
  expect(met).toThrow(/layer `minus` \(Subtract\) takes two inputs of the same rank/)
})
