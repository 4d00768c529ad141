import * as tfl from '@tensorflow/tfjs-layers'
import { subtract } from '@treadle/keras/extensions'
import { kerasValues as values } from './keras-values.ts'

/** The networks of scripts/shared_steps.py, with their losses, inputs and targets. */

type Symbol = tfl.SymbolicTensor
const { layers } = tfl
/** Images of a step. */
export const ROWS = 4

function siamese() {
  const inputs = ['left', 'right'].map((name) => tfl.input({ shape: [5, 5, 1], name }))
  const tower = [
    layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
    layers.batchNormalization(),
    layers.flatten(),
    layers.dense({ units: 4, activation: 'tanh' }),
  ]
  const codes = inputs.map((input) => tower.reduce((x, layer) => layer.apply(x) as Symbol, input))
  const parts = [subtract(), layers.multiply()].map((layer) => layer.apply(codes) as Symbol)
  const joined = layers.concatenate().apply(parts)
  const outputs = layers.dense({ units: 1, activation: 'sigmoid', name: 'same' }).apply(joined) as Symbol
  return { model: tfl.model({ inputs, outputs }), loss: 'binaryCrossentropy', lossWeights: [1] }
}

function detector() {
  const image = tfl.input({ shape: [6, 6, 1], name: 'image' })
  const map = layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }).apply(image)
  const flat = layers.flatten().apply(layers.maxPooling2d({}).apply(map))
  const code = layers.dense({ units: 3, activation: 'tanh' }).apply(flat)
  const box = layers.dense({ units: 4, name: 'box' }).apply(code) as Symbol
  const kind = layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(flat) as Symbol
  const model = tfl.model({ inputs: image, outputs: [box, kind] })
  return {
    model,
    loss: { box: 'huber', kind: 'categoricalCrossentropy' },
    lossWeights: { box: 0.5, kind: 1 },
  }
}

/** The layers of the next two networks have the names that they have in Keras. */
function cnn() {
  const image = tfl.input({ shape: [7, 7, 3], name: 'image' })
  const outputs = [
    layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'conv1' }),
    layers.maxPooling2d({ name: 'pool' }),
    layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv2' }),
    layers.flatten({ name: 'flat' }),
    layers.dense({ units: 5, activation: 'relu', name: 'dense' }),
    layers.dense({ units: 3, activation: 'softmax', name: 'kind' }),
  ].reduce((x, layer) => layer.apply(x) as Symbol, image)
  return { model: tfl.model({ inputs: image, outputs }), loss: 'categoricalCrossentropy', lossWeights: [1] }
}

function residual() {
  const normal = (x: Symbol, name: string, filters: number, kernelSize: number, strides = 1) => {
    const settings = { filters, kernelSize, strides, padding: 'same', useBias: false, name } as const
    const map = layers.conv2d(settings).apply(x)
    return layers.batchNormalization({ name: `${name}_norm` }).apply(map) as Symbol
  }
  const relu = (x: Symbol, name: string) => layers.reLU({ name }).apply(x) as Symbol
  const image = tfl.input({ shape: [6, 6, 1], name: 'image' })
  let x = relu(normal(image, 'stem', 2, 3), 'stem_relu')
  for (const [i, [filters, strides]] of (
    [
      [2, 1],
      [3, 2],
      [3, 2],
    ] as const
  ).entries()) {
    const deep = relu(normal(x, `a${i}`, filters, 3, strides), `relu${i}`)
    const short = strides === 1 ? x : normal(x, `short${i}`, filters, 1, strides)
    const sum = layers.add({ name: `add${i}` }).apply([normal(deep, `b${i}`, filters, 3), short])
    x = relu(sum as Symbol, `out${i}`)
  }
  const mean = layers.globalAveragePooling2d({ name: 'mean' }).apply(x)
  const outputs = layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(mean) as Symbol
  return { model: tfl.model({ inputs: image, outputs }), loss: 'categoricalCrossentropy', lossWeights: [1] }
}

/** Winograd's convolutions: at least 16 channels and filters, a map with whole tiles and one without. */
function wide() {
  const image = tfl.input({ shape: [9, 9, 3], name: 'image' })
  const settings = { kernelSize: 3, padding: 'same' } as const
  const outputs = [
    layers.conv2d({ ...settings, filters: 16, activation: 'relu', name: 'conv1' }),
    layers.conv2d({ ...settings, filters: 16, useBias: false, name: 'conv2' }),
    layers.batchNormalization({ name: 'norm' }),
    layers.reLU({ name: 'relu' }),
    layers.maxPooling2d({ name: 'pool' }),
    layers.conv2d({ ...settings, filters: 20, activation: 'relu', name: 'conv3' }),
    layers.globalAveragePooling2d({ name: 'mean' }),
    layers.dense({ units: 3, activation: 'softmax', name: 'kind' }),
  ].reduce((x, layer) => layer.apply(x) as Symbol, image)
  return { model: tfl.model({ inputs: image, outputs }), loss: 'categoricalCrossentropy', lossWeights: [1] }
}

export const kerasNetworks = { siamese, detector, cnn, residual, wide }

function targets(name: string, seed: number): Float32Array {
  if (name === 'same') return Float32Array.from({ length: ROWS }, (_, i) => i % 2)
  if (name === 'box') return values(4 * ROWS, seed)
  return Float32Array.from({ length: 3 * ROWS }, (_, i) => Number((Math.floor(i / 3) + seed) % 3 === i % 3))
}

/** What step `step` trains on. */
export function kerasBatch({ inputs, outputs }: tfl.LayersModel, step: number) {
  return {
    x: inputs.map(({ shape }, i) => {
      const size = shape.slice(1).reduce<number>((a, b) => a * (b ?? 1), 1)
      return values(ROWS * size, 1000 + 10 * step + i)
    }),
    y: outputs.map(({ sourceLayer }) => targets(sourceLayer.name, 2000 + step)),
  }
}
