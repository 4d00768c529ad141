import * as tfl from '@tensorflow/tfjs-layers'
import { describeGradients, type Middle } from '../test/gradients.ts'

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

const middles: Record<string, Middle> = {
  dense: (x) => layers.dense({ units: 5, useBias: false }).apply(x) as Symbol,
  'dense with a bias': (x) => layers.dense({ units: 5, activation: 'relu' }).apply(x) as Symbol,
  'dense by outputs': (x) =>
    layers.dense({ units: 2, activation: 'tanh' }).apply(layers.dense({ units: 130 }).apply(x)) as Symbol,
  'lines of 512 bytes': (x) => {
    const wide = layers.dense({ units: 128, activation: 'relu' }).apply(x)
    const normal = layers.dropout({ rate: 0.4 }).apply(layers.batchNormalization().apply(wide))
    return layers.dense({ units: 4 }).apply(normal) as Symbol
  },
  'lines of 512 bytes, read line by line and flattened': (x) => {
    const wide = layers.dense({ units: 128, activation: 'tanh' }).apply(x) as Symbol
    const narrow = layers.dense({ units: 3 }).apply(wide) as Symbol
    const flat = [wide, narrow].map((value) => layers.flatten().apply(value) as Symbol)
    return layers
      .add()
      .apply(flat.map((value) => layers.dense({ units: 4 }).apply(value) as Symbol)) as Symbol
  },
  linear: (x) => layers.activation({ activation: 'linear' }).apply(x) as Symbol,
  ReLU: (x) => layers.reLU().apply(x) as Symbol,
  relu: (x) => layers.activation({ activation: 'relu' }).apply(x) as Symbol,
  sigmoid: (x) => layers.activation({ activation: 'sigmoid' }).apply(x) as Symbol,
  tanh: (x) => layers.activation({ activation: 'tanh' }).apply(x) as Symbol,
  softmax: (x) => layers.activation({ activation: 'softmax' }).apply(x) as Symbol,
  Softmax: (x) => layers.softmax({ axis: -1 }).apply(x) as Symbol,
  normalisation: (x) => layers.batchNormalization().apply(x) as Symbol,
  'normalisation without γ and β': (x) =>
    layers.batchNormalization({ scale: false, center: false }).apply(x) as Symbol,
  flattening: (x) => layers.dense({ units: 4 }).apply(layers.flatten().apply(x)) as Symbol,
  'normalisation of a flattened value': (x) =>
    layers.batchNormalization().apply(layers.flatten().apply(x)) as Symbol,
  dropout: (x) => layers.dropout({ rate: 0.4 }).apply(x) as Symbol,
  concatenation: (x) =>
    layers
      .concatenate()
      .apply([x, layers.dense({ units: 3 }).apply(x) as Symbol, layers.reLU().apply(x) as Symbol]) as Symbol,
  'dropout of a concatenation': (x) =>
    layers
      .dropout({ rate: 0.3 })
      .apply(layers.concatenate().apply([layers.reLU().apply(x) as Symbol, x])) as Symbol,
  sum: (x) =>
    layers.add().apply([x, layers.activation({ activation: 'tanh' }).apply(x) as Symbol, x]) as Symbol,
  'axes of size 1': (x) => {
    const image = layers.reshape({ targetShape: [3, 7, 1] }).apply(x) as Symbol
    const normal = layers.batchNormalization().apply(image) as Symbol
    const wide = layers.dense({ units: 2, activation: 'tanh' }).apply(image) as Symbol
    const joined = layers.concatenate().apply([image, wide, normal]) as Symbol
    const sum = layers.add().apply([image, layers.reLU().apply(image) as Symbol]) as Symbol
    return layers
      .concatenate()
      .apply([joined, sum].map((value) => layers.flatten().apply(value) as Symbol)) as Symbol
  },
  reshape: (x) =>
    layers.dense({ units: 4 }).apply(layers.reshape({ targetShape: [7, 3] }).apply(x)) as Symbol,
}

// @treadle/trainer's random graphs compare a normalization without γ and β with plain operations.
describeGradients(middles, { untaped: ['normalisation without γ and β'] })
