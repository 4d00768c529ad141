import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { loadModel } from '@treadle/model'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { exportModel, formats } from './index.ts'

test('an unknown format is an error with the nearest name', async () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] })
  await expect(exportModel(model, 'tfsj')).rejects.toMatchObject({
    code: 'EXPORT_UNKNOWN_FORMAT',
    message: expect.stringMatching(/\(="tfsj"\) must be one of .*\. Did you mean tfjs\?$/),
  })
})

test('each format has its own name and says what it is', () => {
  expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length)
  for (const { description } of formats) expect(description).toMatch(/^[a-z].*[^.]$/)
})

test('tfjs: the files load to a model with the same predictions and metadata', async () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] })
  const metadata = { classNames: ['cat', 'dog'] }
  const files = await exportModel(model, 'tfjs', { metadata })
  expect(Object.keys(files)).toEqual(['weights.bin', 'model.json'])
  const blobs = Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes as BlobPart])])
  const loaded = await loadModel(Object.fromEntries(blobs) as Record<string, Blob>)
  const x = tf.tensor2d([[1, 2, 3]])
  const [expected, found] = [model, loaded].map((one) => (one.predict(x) as tf.Tensor).dataSync())
  expect(found).toEqual(expected)
  expect(loaded.getUserDefinedMetadata()).toEqual(metadata)
})

test('keras: a zip of the three files that Keras opens, with the layers in its own dialect', async () => {
  const dense = tfl.layers.dense({ units: 2, inputShape: [3], name: 'only', activation: 'swish' })
  const model = tfl.sequential({ layers: [dense], name: 'net' })
  const { 'model.keras': bytes } = await exportModel(model, 'keras', { metadata: { classNames: ['a', 'b'] } })
  const files = unzipSync(bytes as Uint8Array)
  expect(Object.keys(files)).toEqual(['metadata.json', 'config.json', 'model.weights.h5'])
  const json = (name: string): unknown => JSON.parse(strFromU8(files[name] as Uint8Array))
  expect(json('metadata.json')).toMatchObject({ treadle: { classNames: ['a', 'b'] } })
  expect(json('config.json')).toMatchObject({
    module: 'keras',
    class_name: 'Sequential',
    config: {
      name: 'net',
      layers: [
        { class_name: 'InputLayer', config: { batch_shape: [null, 3] } },
        { class_name: 'Dense', module: 'keras.layers', config: { name: 'only', activation: 'silu' } },
      ],
    },
  })
  expect(files['model.weights.h5']?.subarray(1, 4)).toEqual(new TextEncoder().encode('HDF'))
})

test('keras: the constraint and the regularizer of a depthwise kernel', async () => {
  const constrained = { depthwiseConstraint: tfl.constraints.maxNorm({ maxValue: 0.5, axis: 0 }) }
  const regularized = { depthwiseRegularizer: tfl.regularizers.l2({ l2: 0.5 }) }
  const written = [constrained, regularized].map(async (fields) => {
    const layer = tfl.layers.depthwiseConv2d({ kernelSize: 2, inputShape: [4, 4, 1], ...fields })
    const { 'model.keras': bytes } = await exportModel(tfl.sequential({ layers: [layer] }), 'keras')
    const { layers } = JSON.parse(
      strFromU8(unzipSync(bytes as Uint8Array)['config.json'] as Uint8Array),
    ).config
    return layers[1].config
  })
  const [first, second] = await Promise.all(written)
  expect(first).toMatchObject({
    depthwise_constraint: { module: 'keras.constraints', class_name: 'MaxNorm', config: { max_value: 0.5 } },
    depthwise_regularizer: null,
  })
  expect(second).toMatchObject({
    depthwise_constraint: null,
    depthwise_regularizer: { module: 'keras.regularizers', class_name: 'L1L2', config: { l2: 0.5 } },
  })
})

test('onnx: the same bytes for the same model', async () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] })
  const [one, two] = [await exportModel(model, 'onnx'), await exportModel(model, 'onnx')]
  expect(Object.keys(one)).toEqual(['model.onnx'])
  expect(one).toEqual(two)
})

describe('what a format cannot express is an error that names layer, field and value', () => {
  const { layers } = tfl
  const image = [6, 6, 2]
  const cases = [
    [
      'keras',
      () => layers.dense({ units: 1, inputShape: [2], activation: 'hardSigmoid', name: 'hard' }),
      'layer `hard` (Dense) has `activation` = "hard_sigmoid", which TensorFlow.js computes as',
    ],
    [
      'keras',
      () => layers.averagePooling2d({ poolSize: 2, padding: 'same', inputShape: image, name: 'pool' }),
      'layer `pool` (AveragePooling2D) has `padding` = "same", with which TensorFlow.js counts',
    ],
    [
      'keras',
      () => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear', inputShape: image, name: 'up' }),
      'layer `up` (UpSampling2D) has `interpolation` = "bilinear"',
    ],
    [
      'keras',
      () => layers.lstm({ units: 1, recurrentInitializer: 'zeros', inputShape: [3, 2], name: 'memory' }),
      'layer `memory` (LSTM) is of a class that is not written to Keras files',
    ],
    [
      'onnx',
      () => layers.lstm({ units: 1, recurrentInitializer: 'zeros', inputShape: [3, 2], name: 'memory' }),
      'layer `memory` (LSTM) is of a class that is not written to ONNX files',
    ],
    [
      'onnx',
      () =>
        layers.conv2d({
          filters: 1,
          kernelSize: 1,
          dataFormat: 'channelsFirst',
          inputShape: image,
          name: 'conv',
        }),
      'layer `conv` (Conv2D) has `dataFormat` = "channelsFirst"',
    ],
    [
      'onnx',
      () => layers.layerNormalization({ axis: 1, inputShape: [3, 2], name: 'norm' }),
      'layer `norm` (LayerNormalization) has `axis` = [1]',
    ],
  ] as const
  test.each(cases)('%s', async (format, layer, message) => {
    const model = tfl.sequential({ layers: [layer()] })
    await expect(exportModel(model, format)).rejects.toMatchObject({
      code: 'EXPORT_UNSUPPORTED',
      message: expect.stringContaining(`Exporting to ${format}: ${message}`),
    })
  })
})

test.each(formats)('$name: a weight that is not finite is an error', async ({ name }) => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] })
  model.weights[0]?.write(tf.tensor2d([[NaN]]))
  await expect(exportModel(model, name)).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' })
})

test.each(['keras', 'onnx'] as const)('%s: metadata that is not finite is an error', async (format) => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] })
  await expect(exportModel(model, format, { metadata: { scale: Infinity } })).rejects.toMatchObject({
    code: 'MODEL_NOT_FINITE',
  })
})
