import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { subtract } from '@treadle/keras/extensions'
import { sgd } from '@treadle/optim'
import { beforeAll, expect, test } from 'vitest'
import fixture from '../../test/fixtures/keras-shared-steps.json' with { type: 'json' }
import { kerasValues as values } from '../testing/keras-values.ts'
import { singleStep } from '../testing/single-step.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

type Symbol = tfl.SymbolicTensor
const { layers } = tfl
const ROWS = 4

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

function targets(name: string, seed: number): Float32Array {
  if (name === 'same') return Float32Array.from({ length: ROWS }, (_, i) => i % 2)
  if (name === 'box') return values(4 * ROWS, seed)
  return Float32Array.from({ length: 3 * ROWS }, (_, i) => Number((Math.floor(i / 3) + seed) % 3 === i % 3))
}

/** The largest difference, relative to 1 or to the largest value. */
function difference(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const most = Math.max(1, ...expected.flatMap((one) => [...one].map(Math.abs)))
  return (
    Math.max(
      ...found.flatMap((one, i) => [...one].map((v, j) => Math.abs(v - (expected[i]?.[j] as number)))),
    ) / most
  )
}

/**
 * Mean and variance of the batch in each of the two calls of the siamese pair's BatchNormalization. Keras runs calls by
 * their depth in the network, in this network the right call before the left one. Treadle runs the left call first. With
 * momentum 0.99 its moving averages are therefore larger by 0.01² · (right − left).
 */
function callStatistics(
  model: tfl.LayersModel,
  weights: readonly Float32Array[],
  inputs: readonly Float32Array[],
): Float32Array[][] {
  return tf.tidy(() => {
    model.setWeights(weights.map((own, i) => tf.tensor(own, model.weights[i]?.shape as number[])))
    const convolution = model.layers.find((layer) => layer.getClassName() === 'Conv2D') as tfl.layers.Layer
    return inputs.map((input) => {
      const map = convolution.apply(tf.tensor(input, [ROWS, 5, 5, 1])) as tf.Tensor
      const { mean, variance } = tf.moments(map, [0, 1, 2])
      return [mean, variance].map((one) => one.dataSync<'float32'>())
    })
  })
}

const networks = { siamese, detector, cnn, residual }

test.each(
  (['siamese', 'detector', 'cnn', 'residual'] as const).flatMap((name) =>
    (['compiled', 'eager'] as const).map((executor) => [name, executor] as const),
  ),
)(
  '%s, %s: each of 50 steps from the weights of Keras 3.15 has its loss and trained weights to 1e-5, and its moving averages to 1e-6 but for the order of calls',
  async (name, executor) => {
    const { model, loss, lossWeights } = networks[name]()
    const { names, states, losses, shapes } = fixture[name]
    const all = new Float32Array(Uint8Array.from(atob(states), (c) => c.codePointAt(0) as number).buffer)
    const sizes = shapes.map((shape) => shape.reduce((a, b) => a * b, 1))
    const total = sizes.reduce((a, b) => a + b, 0)
    const order = model.layers.flatMap((layer) => layer.weights)
    /** Keras's weights before a step, in tfjs's order. */
    const stateOf = (step: number) =>
      model.weights.map((weight) => {
        const named = names.indexOf(weight.originalName)
        const index = named === -1 ? order.indexOf(weight) : named
        const from = step * total + sizes.slice(0, index).reduce((a, b) => a + b, 0)
        return all.slice(from, from + (sizes[index] as number))
      })
    const inputSize = model.inputs[0]?.shape.slice(1).reduce<number>((a, b) => a * (b ?? 1), 1) as number
    for (const [step, expected] of losses.entries()) {
      const inputs = model.inputs.map((_, i) => values(ROWS * inputSize, 1000 + 10 * step + i))
      const found = await singleStep({
        model,
        executor,
        optimizer: sgd({ learningRate: 0.05 }),
        loss,
        lossWeights,
        weights: stateOf(step),
        slots: {},
        t: 0,
        batch: {
          x: inputs,
          y: model.outputs.map(({ sourceLayer }) => targets(sourceLayer.name, 2000 + step)),
        },
      })
      expect(Math.abs(found.loss - expected)).toBeLessThan(1e-5 * Math.max(1, expected))
      const trained = model.trainableWeights.length
      const next = stateOf(step + 1)
      expect(difference(found.weights.slice(0, trained), next.slice(0, trained))).toBeLessThan(1e-5)
      if (next.length > trained) {
        const [left, right] = name === 'siamese' ? callStatistics(model, stateOf(step), inputs) : []
        const ours = next
          .slice(trained)
          .map((averages, i) =>
            averages.map((v, j) => v + 1e-4 * ((right?.[i]?.[j] ?? 0) - (left?.[i]?.[j] ?? 0))),
          )
        expect(difference(found.weights.slice(trained), ours)).toBeLessThan(1e-6)
      }
    }
    tf.disposeVariables()
  },
)
