import '@tensorflow/tfjs-backend-cpu'
import { fc, test } from '@fast-check/vitest'
import { io, memory, tensor, train } from '@tensorflow/tfjs-core'
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { FakeDirectory, loadStock } from '../test/fake-directory.ts'
import { expectSame } from '../test/expect-same.ts'
import { modelArtifacts } from './artifacts.ts'
import { initializeWeights, loadModel, saveModel, weightsSha256, wideAndDeepClassifier } from './index.ts'

let folder: FakeDirectory
let tensorsBefore: number
beforeEach(() => {
  folder = new FakeDirectory()
  tensorsBefore = memory().numTensors
})
afterEach(() => expect(memory().numTensors).toBe(tensorsBefore))

test('what is saved is the same bytes for the same seed, whatever was built before', async () => {
  const [one, other] = [new FakeDirectory(), new FakeDirectory()]
  for (const directory of [one, other]) {
    const model = wideAndDeepClassifier({ seed: 8 })
    await saveModel(model, directory)
    model.dispose()
  }
  expect(other.files).toEqual(one.files)
  const loaded = await loadModel(one)
  await saveModel(loaded, other)
  expect(other.files).toEqual(one.files)
  loaded.dispose()
})

describe('with stock tfjs', () => {
  test('it loads what is saved here', async () => {
    const model = wideAndDeepClassifier({ seed: 4 })
    await saveModel(model, folder, { metadata: { classNames: ['a'] } })
    const stock = await loadStock(folder)
    expectSame(stock, model)
    expect(stock.getUserDefinedMetadata()).toEqual({ classNames: ['a'] })
    stock.dispose()
    model.dispose()
  })

  test('its handlers are sources and targets', async () => {
    const model = wideAndDeepClassifier({ seed: 6 })
    let saved: io.ModelArtifacts = {}
    await saveModel(
      model,
      io.withSaveHandler(async (artifacts) => ({
        modelArtifactsInfo: io.getModelArtifactsInfoForJSON((saved = artifacts)),
      })),
    )
    for (const load of [loadModel, loadLayersModel] as const) {
      const loaded = await load(io.fromMemory(saved))
      expectSame(loaded, model)
      loaded.dispose()
    }
    const stream = () =>
      new Blob([saved.weightData as ArrayBuffer]).stream() as unknown as ReadableStream<ArrayBuffer>
    const { weightData: _, ...rest } = saved
    const streamed = await loadModel({ load: async () => ({ ...rest, getWeightStream: stream }) })
    expectSame(streamed, model)
    streamed.dispose()
    model.dispose()
  })

  test.each(['uint8', 'uint16', 'float16'] as const)(
    'weights quantized to %s become the same numbers',
    async (dtype) => {
      const model = sequential({ layers: [layers.dense({ inputShape: [3], units: 4, name: 'only' })] })
      const { weightData: _, weightSpecs, ...rest } = await modelArtifacts(model)
      model.dispose()
      const weights = weightSpecs.map((spec) => ({
        ...spec,
        quantization: dtype === 'float16' ? { dtype } : { dtype, scale: 0.01, min: -0.5 },
      }))
      const bytes = Uint8Array.from(
        { length: 16 * (dtype === 'uint8' ? 1 : 2) },
        (_value, index) => (index * 37) % 120,
      )
      folder.set('weights.bin', bytes)
      folder.set(
        'model.json',
        JSON.stringify({ ...rest, weightsManifest: [{ paths: ['weights.bin'], weights }] }),
      )
      const [ours, stock] = [await loadModel(folder), await loadStock(folder)]
      expectSame(ours, stock)
      expect(
        ours.weights[0]
          ?.read()
          .dataSync()
          .some((value) => value !== 0),
      ).toBe(true)
      ours.dispose()
      stock.dispose()
    },
  )

  test('the optimizer’s state goes along where asked', async () => {
    const model = sequential({ layers: [layers.dense({ inputShape: [2], units: 1, name: 'only' })] })
    const optimizer = train.adam(0.1)
    model.compile({ optimizer, loss: 'meanSquaredError' })
    const [x, y] = [tensor([1, 2, 3, 4], [2, 2]), tensor([1, 0], [2, 1])]
    await model.trainOnBatch(x, y)
    const before = memory().numTensors
    await saveModel(model, folder, { optimizer: true })
    expect(memory().numTensors).toBe(before)
    const [ours, stock] = [await loadModel(folder), await loadStock(folder)]
    for (const one of [model, ours, stock]) await one.trainOnBatch(x, y)
    expectSame(ours, model)
    expectSame(stock, model)
    stock.optimizer.dispose()
    optimizer.dispose()
    for (const one of [ours, stock, model]) one.dispose()
    x.dispose()
    y.dispose()
  })
})

test('settings that tfjs leaves out of a layer, or of the layer in a wrapper, are saved', async () => {
  const depthwise = layers.depthwiseConv2d({ kernelSize: 2, depthwiseConstraint: 'maxNorm' })
  const model = sequential({
    layers: [
      layers.timeDistributed({ layer: depthwise, inputShape: [2, 3, 3, 1] }),
      layers.alphaDropout({ rate: 0.5, noiseShape: [null, 1, 2, 2, 1] }),
    ],
  })
  const directory = new FakeDirectory()
  await saveModel(model, directory)
  model.dispose()
  const saved = JSON.parse(directory.text('model.json')).modelTopology.config.layers
  expect(saved[0].config.layer.config).toMatchObject({
    depthwise_constraint: { class_name: 'MaxNorm', config: { max_value: 2, axis: 0 } },
    depthwise_regularizer: null,
  })
  expect(saved[1].config.noise_shape).toEqual([null, 1, 2, 2, 1])
  const loaded = await loadModel(directory)
  expect(loaded.layers[1]?.getConfig()['noiseShape']).toEqual([null, 1, 2, 2, 1])
  loaded.dispose()
})

test('files that a person has chosen are a source', async () => {
  const model = wideAndDeepClassifier({ seed: 7, units: [3] })
  await saveModel(model, folder)
  const [json, weights] = ['model.json', 'weights.bin'].map(
    (name) => folder.files.get(name) as Uint8Array<ArrayBuffer>,
  ) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>]
  const sources = [
    [new File([weights], 'weights.bin'), new File([json], 'my-model.json')],
    { 'model.json': new Blob([json]), 'weights.bin': new Blob([weights]) },
  ]
  for (const source of sources) {
    const loaded = await loadModel(source)
    expectSame(loaded, model)
    loaded.dispose()
  }
  await expect(loadModel([new File([json], 'model.json')])).rejects.toThrow(
    /There is no weights.bin in the files given \(model.json\)/,
  )
  model.dispose()
})

const layer = fc.oneof(
  fc
    .record({ units: fc.integer({ min: 1, max: 5 }), useBias: fc.boolean() })
    .map((config) => () => layers.dense(config)),
  fc
    .record({ filters: fc.integer({ min: 1, max: 3 }), kernelSize: fc.constantFrom(1, 2) })
    .map((config) => () => layers.conv2d(config)),
  fc
    .record({ center: fc.boolean(), scale: fc.boolean() })
    .map((config) => () => layers.batchNormalization(config)),
  fc.constantFrom(0.1, 0.5).map((rate) => () => layers.dropout({ rate })),
  fc
    .constantFrom('relu' as const, 'tanh' as const)
    .map((activation) => () => layers.activation({ activation })),
)
const networks = fc.record({
  seed: fc.nat(0xffffffff),
  stack: fc.array(layer, { maxLength: 5 }),
  outputs: fc.integer({ min: 1, max: 4 }),
})

test.prop([networks], { numRuns: 40 })(
  'any network comes back the same, here and in stock tfjs',
  async ({ seed, stack, outputs }) => {
    const model = sequential()
    model.add(layers.inputLayer({ inputShape: [8, 8, 2] }))
    for (const make of stack) model.add(make())
    model.add(layers.flatten())
    model.add(layers.dense({ units: outputs, activation: 'softmax' }))
    initializeWeights(model, seed)
    await saveModel(model, folder)
    const [ours, stock] = [await loadModel(folder), await loadStock(folder)]
    expectSame(ours, model)
    expectSame(stock, model)
    expect(await weightsSha256(ours)).toBe(await weightsSha256(model))
    for (const one of [ours, stock, model]) one.dispose()
  },
)
