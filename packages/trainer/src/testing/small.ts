import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream, type LabelledImages, type Table } from '@treadle/core'

/** Small data and models for tests. They train in milliseconds on any backend. */

/** Images with a class that can be learnt: pixel row k is brighter for class k. */
export function smallImages(count: number, seed = 0, classes = 3): LabelledImages {
  const random = new RandomStream(seed, Purpose.split)
  const height = 4
  const width = 5
  const labels = Int32Array.from({ length: count }, (_, i) => (i * 7 + seed) % classes)
  const images = Uint8Array.from({ length: count * height * width }, (_, i) => {
    const lit = Math.floor((i % (height * width)) / width) === labels[Math.floor(i / (height * width))]
    return Math.floor(random.uniform(i) * 140) + (lit ? 90 : 0)
  })
  return { kind: 'images', images, labels, count, height, width, channels: 1 }
}

/** y = (x₀ + 2·x₁, x₂ − x₀) with a little noise. */
export function smallTable(count: number, seed = 0): Table {
  const random = new RandomStream(seed, Purpose.split)
  const features = Float32Array.from({ length: count * 3 }, (_, i) => random.uniform(i) * 2 - 1)
  const at = (i: number, j: number) => features[i * 3 + j] as number
  const targets = Float32Array.from({ length: count * 2 }, (_, i) => {
    const row = i >> 1
    const noise = 0.01 * random.uniform(count * 3 + i)
    return noise + (i % 2 === 0 ? at(row, 0) + 2 * at(row, 1) : at(row, 2) - at(row, 0))
  })
  return { kind: 'table', features, targets, count, width: 3, outputs: 2 }
}

export interface SmallOptions {
  readonly seed?: number
  readonly dropout?: number
  readonly kernelRegularizer?: ReturnType<typeof tfl.regularizers.l1l2>
  readonly activation?: 'softmax' | 'linear'
}

/** A wide-and-deep classifier of `smallImages`. */
export function smallClassifier({
  seed = 1,
  dropout = 0.3,
  kernelRegularizer,
  activation = 'softmax',
}: SmallOptions = {}): tfl.LayersModel {
  const input = tfl.input({ shape: [4, 5] })
  const regularised = kernelRegularizer ? { kernelRegularizer } : {}
  let x = tfl.layers.dense({ units: 6, activation: 'relu', ...regularised }).apply(input)
  x = tfl.layers.batchNormalization().apply(x)
  x = tfl.layers.dropout({ rate: dropout }).apply(x)
  x = tfl.layers.concatenate().apply([input, x as tfl.SymbolicTensor])
  x = tfl.layers.flatten().apply(x)
  x = tfl.layers.dense({ units: 3, activation }).apply(x)
  return drawWeights(tfl.model({ inputs: input, outputs: x as tfl.SymbolicTensor }), seed)
}

/** A regressor of `smallTable`. */
export function smallRegressor(seed = 1): tfl.LayersModel {
  const layers = [
    tfl.layers.dense({ units: 8, activation: 'relu', inputShape: [3] }),
    tfl.layers.dense({ units: 2 }),
  ]
  return drawWeights(tfl.sequential({ layers }), seed)
}

/** Initialises every kernel in ±0.5 from `seed`, so the same seed makes the same model. */
export function drawWeights<Model extends tfl.LayersModel>(model: Model, seed: number): Model {
  model.weights.forEach((weight, stream) => {
    if (!weight.originalName.endsWith('kernel')) return
    const random = new RandomStream(seed, Purpose.weights, { stream })
    const kernel = weight.read()
    const values = Float32Array.from({ length: kernel.size }, (_, i) => random.uniform(i) - 0.5)
    const tensor = tf.tensor(values, kernel.shape)
    weight.write(tensor)
    tensor.dispose()
  })
  return model
}

/** The bits of every weight. */
export function weightBits(model: tfl.LayersModel): Uint32Array[] {
  return model.weights.map((weight) => new Uint32Array(weight.read().dataSync<'float32'>().slice().buffer))
}
