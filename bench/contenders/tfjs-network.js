import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { networks } from '../networks.js'
import { readImages, scaled, single } from './adapter.js'

/** The baseline network or an image network, and its training in plain TensorFlow.js, on the active backend. */
export async function tfjsAdapter(job) {
  const { train, test } = readImages(job.data)
  const shape = job.network ? [28, 28, 1] : [28, 28]
  const inputs = (part, count) => tf.tensor(scaled(part, 0, count), [count, ...shape])
  const model = job.network ? networks[job.network](tfl) : baseline()
  model.compile({ optimizer: tf.train.adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  let testTensors
  const testSet = () => (testTensors ??= [inputs(test, test.count), labels(test, test.count)])
  const images = Array.from({ length: single }, (_, i) => scaled(test, i, i + 1))

  return {
    async train(rows, epochs, validate) {
      const [x, y] = [inputs(train, rows), labels(train, rows)]
      const validation = validate ? { validationData: testSet() } : {}
      await model.fit(x, y, { epochs, batchSize: 32, verbose: 0, ...validation })
      tf.dispose([x, y])
    },
    async accuracy() {
      const [, accuracy] = model.evaluate(...testSet(), { batchSize: 1000 })
      return (await accuracy.data())[0]
    },
    async predict() {
      const output = model.predict(testSet()[0], { batchSize: 1000 })
      await output.data()
      output.dispose()
    },
    predictOne: (image) => tf.tidy(() => model.predict(tf.tensor(images[image], [1, ...shape])).dataSync()),
    versions: { node: process.version, tfjs: tf.version_core },
  }
}

function labels(part, count) {
  return tf.tensor1d(Float32Array.from(part.labels.subarray(0, count)))
}

function baseline() {
  const { layers } = tfl
  const dense = (units, activation) => layers.dense({ units, activation, kernelInitializer: 'glorotUniform' })
  const input = tfl.input({ shape: [28, 28] })
  let x = dense(30, 'relu').apply(input)
  x = layers.batchNormalization().apply(x)
  x = dense(30, 'relu').apply(x)
  x = layers.batchNormalization().apply(x)
  x = layers.dropout({ rate: 0.5 }).apply(x)
  x = layers.flatten().apply(layers.concatenate().apply([input, x]))
  return tfl.model({ inputs: input, outputs: dense(10, 'softmax').apply(x) })
}
