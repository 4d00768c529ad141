import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { readImages, scaled, single } from './adapter.js'

/** The baseline network and its training in plain TensorFlow.js, on the active backend. */
export async function tfjsAdapter(job) {
  const { train, test } = readImages(job.data)
  const model = build()
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
    predictOne: (image) => tf.tidy(() => model.predict(tf.tensor3d(images[image], [1, 28, 28])).dataSync()),
    versions: { node: process.version, tfjs: tf.version_core },
  }
}

function inputs(part, count) {
  return tf.tensor3d(scaled(part, 0, count), [count, 28, 28])
}

function labels(part, count) {
  return tf.tensor1d(Float32Array.from(part.labels.subarray(0, count)))
}

function build() {
  const { layers } = tfl
  const dense = (units, activation) => layers.dense({ units, activation, kernelInitializer: 'glorotUniform' })
  const input = tfl.input({ shape: [28, 28] })
  let x = dense(30, 'relu').apply(input)
  x = layers.batchNormalization().apply(x)
  x = dense(30, 'relu').apply(x)
  x = layers.batchNormalization().apply(x)
  x = layers.dropout({ rate: 0.5 }).apply(x)
  x = layers.flatten().apply(layers.concatenate().apply([input, x]))
  const model = tfl.model({ inputs: input, outputs: dense(10, 'softmax').apply(x) })
  model.compile({ optimizer: tf.train.adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  return model
}
