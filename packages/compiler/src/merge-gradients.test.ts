import * as tfl from '@tensorflow/tfjs-layers'
import { subtract } from '@treadle/keras/extensions'
import { describeGradients, type Middle } from '../test/gradients.ts'

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

const tanh = (x: Symbol) => layers.activation({ activation: 'tanh' }).apply(x) as Symbol
const dense = (x: Symbol, units: number) => layers.dense({ units, activation: 'sigmoid' }).apply(x) as Symbol
/** Values of shape [1, 7], which a merge repeats. */
const narrow = (x: Symbol) =>
  layers.reshape({ targetShape: [1, 7] }).apply(dense(layers.flatten().apply(x) as Symbol, 7)) as Symbol
const join = (layer: tfl.layers.Layer, ...inputs: Symbol[]) => layer.apply(inputs) as Symbol

const middles: Record<string, Middle> = {
  multiplication: (x) => join(layers.multiply(), x, tanh(x), dense(x, 7)),
  'multiplication with itself': (x) => join(layers.multiply(), x, x),
  difference: (x) => join(subtract(), x, dense(x, 7)),
  mean: (x) => join(layers.average(), x, dense(x, 7), tanh(x)),
  maximum: (x) => join(layers.maximum(), x, dense(x, 7)),
  minimum: (x) => join(layers.minimum(), x, dense(x, 7)),
  'sum with repeated rows': (x) => join(layers.add(), x, narrow(x)),
  'multiplication with a repeated column': (x) => join(layers.multiply(), x, dense(x, 1)),
  'concatenation of rows': (x) => join(layers.concatenate({ axis: 1 }), x, narrow(x), tanh(x)),
  'a permutation': (x) => dense(layers.permute({ dims: [2, 1] }).apply(x) as Symbol, 4),
  'a repeated vector': (x) =>
    layers.repeatVector({ n: 4 }).apply(dense(layers.flatten().apply(x) as Symbol, 5)) as Symbol,
  'layer normalization': (x) => layers.layerNormalization().apply(x) as Symbol,
  'layer normalization of both axes': (x) => layers.layerNormalization({ axis: [1, 2] }).apply(x) as Symbol,
  'layer normalization of the first axis, without β': (x) =>
    layers.layerNormalization({ axis: 1, center: false }).apply(x) as Symbol,
  'batch normalization of the first axis': (x) => layers.batchNormalization({ axis: 1 }).apply(x) as Symbol,
  'bilinear up-sampling': (x) => {
    const map = layers
      .reshape({ targetShape: [3, 2, 5] })
      .apply(layers.dense({ units: 10 }).apply(x)) as Symbol
    return layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }).apply(map) as Symbol
  },
}

describeGradients(middles, {
  below: ['sparseCategoricalCrossentropy'],
  // The gradients of these in tfjs are missing, or wrong.
  untaped: [
    'batch normalization of the first axis',
    'layer normalization of the first axis, without β',
    'bilinear up-sampling',
  ],
})
