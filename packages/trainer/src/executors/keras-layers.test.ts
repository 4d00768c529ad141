import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { normalization, softmax, subtract } from '@treadle/keras/extensions'
import { sgd } from '@treadle/optim'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import fixture from '../../test/fixtures/keras-layers.json' with { type: 'json' }
import { kerasValues as values } from '../testing/keras-values.ts'
import { singleStep } from '../testing/single-step.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

type Symbol = tfl.SymbolicTensor
type Middle = (a: Symbol, b: Symbol) => Symbol
const { layers } = tfl
const ROWS = 6

const two =
  (make: () => tfl.layers.Layer): Middle =>
  (a, b) =>
    make().apply([a, b]) as Symbol
const one =
  (make: () => tfl.layers.Layer): Middle =>
  (a, b) =>
    make().apply(layers.add().apply([a, b])) as Symbol

const oneRow = (x: Symbol) =>
  layers.reshape({ targetShape: [1, 5] }).apply(layers.globalAveragePooling1d().apply(x)) as Symbol

const middles: Record<string, Middle> = {
  Add: two(() => layers.add()),
  Subtract: two(() => subtract()),
  Multiply: two(() => layers.multiply()),
  Average: two(() => layers.average()),
  Maximum: two(() => layers.maximum()),
  Minimum: two(() => layers.minimum()),
  'Subtract from a vector': (a, b) =>
    subtract().apply([layers.globalAveragePooling1d().apply(a), b] as never) as Symbol,
  'Maximum with a vector': (a, b) =>
    layers.maximum().apply([a, layers.globalAveragePooling1d().apply(b)] as never) as Symbol,
  'Minimum of one row': (a, b) => layers.minimum().apply([oneRow(a), b] as never) as Symbol,
  Dot: two(() => layers.dot({ axes: 2 })),
  'Dot along lines': two(() => layers.dot({ axes: 1, normalize: true })),
  'Dot of two axes': (a, b) =>
    layers
      .dot({ axes: [2, 1], normalize: true })
      .apply([a, layers.permute({ dims: [2, 1] }).apply(b)] as never) as Symbol,
  'Dot of vectors': (a, b) =>
    layers
      .dot({ axes: 1, normalize: true })
      .apply([layers.flatten().apply(a), layers.flatten().apply(b)] as never) as Symbol,
  'Dot with a vector': (a, b) =>
    layers.dot({ axes: [2, 1] }).apply([a, layers.globalAveragePooling1d().apply(b)] as never) as Symbol,
  'Dot of a vector': (a, b) =>
    layers
      .dot({ axes: [1, 2], normalize: true })
      .apply([layers.globalAveragePooling1d().apply(a), b] as never) as Symbol,
  'Concatenate axis 1': two(() => layers.concatenate({ axis: 1 })),
  Permute: one(() => layers.permute({ dims: [2, 1] })),
  LayerNormalization: one(() => layers.layerNormalization()),
  'LayerNormalization axes 1, 2': one(() => layers.layerNormalization({ axis: [1, 2] })),
  'BatchNormalization axis 1': one(() => layers.batchNormalization({ axis: 1 })),
  BatchNormalization: one(() => layers.batchNormalization()),
  GaussianNoise: one(() => layers.gaussianNoise({ stddev: 0.4 })),
  GaussianDropout: one(() => layers.gaussianDropout({ rate: 0.3 })),
  AlphaDropout: one(() => layers.alphaDropout({ rate: 0.3 })),
  'AlphaDropout noise shape': one(() => layers.alphaDropout({ rate: 0.3, noiseShape: [null, 1, 5] })),
  Normalization: one(() => normalization({ mean: [0.1, 0.2, -0.3, 0.4, 0], variance: [0.5, 2, 1, 0.25, 3] })),
  'Normalization axis 1': one(() =>
    normalization({ axis: 1, mean: [0.1, 0.2, -0.3, 0.4], variance: [0.5, 2, 1, 3] }),
  ),
  'Normalization inverted': one(() => normalization({ axis: null, mean: 0.5, variance: 0.25, invert: true })),
  'Softmax axis 1': one(() => softmax({ axis: 1 })),
  Softmax: one(() => softmax()),
  ThresholdedReLU: one(() => layers.thresholdedReLU({ theta: 0.2 })),
  Rescaling: one(() => layers.rescaling({ scale: 0.5, offset: 0.25 })),
}

const mapped =
  (...list: (() => tfl.layers.Layer)[]): Middle =>
  (a, b) => {
    const wide = layers.dense({ units: 30 }).apply(layers.add().apply([a, b]))
    const map = layers.reshape({ targetShape: [4, 6, 5] }).apply(wide) as Symbol
    const last = list.reduce((x, make) => make().apply(x) as Symbol, map)
    // Small logits: Keras clips the probabilities of large ones.
    return layers.rescaling({ scale: 0.05 }).apply(last) as Symbol
  }

const maps: Record<string, Middle> = {
  'Conv2D same, strides': mapped(() =>
    layers.conv2d({ filters: 3, kernelSize: [3, 2], strides: 2, padding: 'same', activation: 'tanh' }),
  ),
  'Conv2D valid': mapped(() => layers.conv2d({ filters: 6, kernelSize: 3 })),
  'Conv2D dilated': mapped(() =>
    layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: [1, 2], padding: 'same' }),
  ),
  DepthwiseConv2D: mapped(() =>
    layers.depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier: 2, padding: 'same' }),
  ),
  'DepthwiseConv2D valid': mapped(() =>
    layers.depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 3, activation: 'tanh' }),
  ),
  SeparableConv2D: mapped(() =>
    layers.separableConv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', depthMultiplier: 2 }),
  ),
  'Conv2DTranspose same': mapped(() =>
    layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
  ),
  'Conv2DTranspose valid': mapped(() =>
    layers.conv2dTranspose({ filters: 2, kernelSize: [2, 4], strides: [3, 2] }),
  ),
  'MaxPooling2D same': mapped(() => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  'MaxPooling2D valid': mapped(() => layers.maxPooling2d({ poolSize: [2, 4] })),
  'AveragePooling2D valid': mapped(() => layers.averagePooling2d({ poolSize: 3, strides: 1 })),
  GlobalMaxPooling2D: mapped(() => layers.globalMaxPooling2d({})),
  GlobalAveragePooling2D: mapped(() => layers.globalAveragePooling2d({})),
  'ZeroPadding2D and Cropping2D': mapped(
    () =>
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
    () => layers.conv2d({ filters: 3, kernelSize: 2 }),
    () =>
      layers.cropping2D({
        cropping: [
          [0, 1],
          [2, 0],
        ],
      }),
  ),
  UpSampling2D: mapped(
    () => layers.upSampling2d({ size: [1, 2] }),
    () => layers.conv2d({ filters: 3, kernelSize: 2, strides: 2 }),
  ),
  'Permute of a map': mapped(
    () => layers.permute({ dims: [3, 1, 2] }),
    () => layers.conv2d({ filters: 3, kernelSize: 2 }),
  ),
  'BatchNormalization axis 2 of a map': mapped(() => layers.batchNormalization({ axis: 2 })),
  'Conv1D strides': one(() => layers.conv1d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same' })),
  MaxPooling1D: one(() => layers.maxPooling1d({ poolSize: 2 })),
  AveragePooling1D: one(() => layers.averagePooling1d({ poolSize: 3, strides: 1 })),
}

interface Expected {
  readonly loss: number
  readonly gradients: readonly (readonly number[])[]
}

/** A step of the model of scripts/layer_values.py against Keras's values. */
async function compare(
  middle: Middle,
  loss: object,
  activation: 'softmax' | 'sigmoid' | 'linear',
  executor: 'compiled' | 'eager',
  expected: Expected,
): Promise<void> {
  const inputs = [1, 2].map(() => tfl.input({ shape: [4, 6] }))
  const [a, b] = inputs.map((x) => layers.dense({ units: 5, activation: 'tanh' }).apply(x) as Symbol)
  const joined = middle(a as Symbol, b as Symbol)
  const flat = joined.shape.length > 2 ? layers.flatten().apply(joined) : joined
  const outputs = layers.dense({ units: 3, activation }).apply(flat) as Symbol
  const model = tfl.model({ inputs, outputs })
  const order = model.layers.flatMap((layer) => layer.weights)
  const weights = model.weights.map((weight) => {
    const own = values(weight.read().size, order.indexOf(weight) + 1)
    return weight.originalName.includes('variance') ? own.map((v) => v + 2) : own
  })
  const found = await singleStep({
    model,
    executor,
    optimizer: sgd(),
    loss,
    weights,
    slots: {},
    t: 0,
    // The random words of scripts/layer_values.py.
    seedStream: { seed: 7, epoch: 2, step: 3 },
    batch: {
      x: [0, 1].map((i) => values(ROWS * 24, 100 + i)),
      y: Float32Array.from({ length: 3 * ROWS }, (_, i) => Number(Math.floor(i / 3) % 3 === i % 3)),
    },
  })
  expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5 * Math.max(1, expected.loss))
  const most = Math.max(...expected.gradients.flat().map(Math.abs))
  expect(found.gradients).toHaveLength(expected.gradients.length)
  expected.gradients.forEach((gradient, i) =>
    gradient.forEach((v, j) =>
      expect(Math.abs(v - (found.gradients[i]?.[j] as number))).toBeLessThan(1e-5 * most),
    ),
  )
}

describe.each(['compiled', 'eager'] as const)(
  '%s: loss and gradients are those of Keras 3.15 to 1e-5',
  (executor) => {
    test.each(Object.entries(fixture.layers))('%s', async (name, expected) => {
      await compare(
        middles[name] as Middle,
        { name: 'categoricalCrossentropy' },
        'softmax',
        executor,
        expected,
      )
    })

    const options: Record<string, object> = {
      huber: { delta: 0.4 },
      binaryCrossentropy: { labelSmoothing: 0.1 },
      categoricalCrossentropy: { labelSmoothing: 0.1 },
    }
    const linear = ['meanAbsoluteError', 'huber', 'logcosh', 'hinge', 'squaredHinge']

    test.each(Object.entries(fixture.losses))('loss %s', async (name, expected) => {
      const last = name === 'binaryCrossentropy' ? 'sigmoid' : linear.includes(name) ? 'linear' : 'softmax'
      await compare(middles['Add'] as Middle, { name, ...options[name] }, last, executor, expected)
    })
  },
)

describe.each(['compiled', 'eager'] as const)('%s, layers of maps, likewise', (executor) => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await startRuntime({ threads: 1 })
  })
  afterAll(() => runtime.dispose())

  // TensorFlow.js has no gradient of a dilated convolution, and the eager executor refuses it.
  const cases = Object.entries(fixture.maps).filter(
    ([name]) => executor === 'compiled' || name !== 'Conv2D dilated',
  )
  test.each(cases)('%s', async (name, expected) => {
    await compare(maps[name] as Middle, { name: 'categoricalCrossentropy' }, 'softmax', executor, expected)
  })
})
