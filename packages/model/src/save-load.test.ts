import '@tensorflow/tfjs-backend-cpu'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fc, test } from '@fast-check/vitest'
import { io, memory, tensor, train } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { modelArtifacts } from './artifacts.ts'
import { initializeWeights, loadModel, saveModel, weightsSha256, wideAndDeepClassifier } from './index.ts'

let folder: string
let tensorsBefore: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-model-'))
  tensorsBefore = memory().numTensors
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  expect(memory().numTensors).toBe(tensorsBefore)
})

// What lies in `folder`, over HTTP.
const server = createServer((request, response) => {
  const path = new URL(request.url as string, 'http://host').pathname
  readFile(join(folder, decodeURIComponent(path))).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end(),
  )
})
let origin: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

function predictions(model: LayersModel): Float32Array {
  const shape = [2, ...((model.inputs[0] as SymbolicTensor).shape.slice(1) as number[])]
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  const input = tensor(
    Float32Array.from({ length: size }, (_, index) => (index % 97) / 97),
    shape,
  )
  const output = model.predict(input) as Tensor
  const result = output.dataSync() as Float32Array
  input.dispose()
  output.dispose()
  return result
}

function expectSame(found: LayersModel, expected: LayersModel): void {
  expect(predictions(found)).toEqual(predictions(expected))
  expect(found.weights.map((weight) => weight.read().dataSync())).toEqual(
    expected.weights.map((weight) => weight.read().dataSync()),
  )
}

test('a saved model comes back from its folder, its file and its address', async () => {
  const model = wideAndDeepClassifier({ seed: 3 })
  const target = join(folder, 'deep er', 'model')
  const { weightsSha256: hash } = await saveModel(model, target, { metadata: { a: [1, 'b'] } })
  const bytes = await readFile(join(target, 'weights.bin'))
  expect(bytes.byteLength).toBe(4 * 18_290)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash)
  expect(await weightsSha256(model)).toBe(hash)
  expect(await readdir(target)).toEqual(['model.json', 'weights.bin'])
  const url = `${origin}/deep%20er/model`
  const sources = [
    target,
    join(target, 'model.json'),
    pathToFileURL(target),
    url,
    `${url}/model.json?a=1`,
    new URL(`${url}/`),
  ]
  for (const source of sources) {
    const loaded = await loadModel(source, { expect: { inputShape: [28, 28], outputShape: [10] } })
    expectSame(loaded, model)
    expect(loaded.getUserDefinedMetadata()).toEqual({ a: [1, 'b'] })
    loaded.dispose()
  }
  model.dispose()
})

test('what is saved is the same bytes for the same seed, whatever was built before', async () => {
  const files = async (name: string) => [
    await readFile(join(folder, name, 'model.json'), 'utf8'),
    await readFile(join(folder, name, 'weights.bin'), 'hex'),
  ]
  for (const name of ['one', 'other']) {
    const model = wideAndDeepClassifier({ seed: 8 })
    await saveModel(model, join(folder, name))
    model.dispose()
  }
  expect(await files('other')).toEqual(await files('one'))
  const loaded = await loadModel(join(folder, 'one'))
  await saveModel(loaded, join(folder, 'other'))
  expect(await files('other')).toEqual(await files('one'))
  loaded.dispose()
})

describe('with stock tfjs', () => {
  test('it loads what is saved here', async () => {
    const model = wideAndDeepClassifier({ seed: 4 })
    await saveModel(model, folder, { metadata: { classNames: ['a'] } })
    const stock = await loadLayersModel(`${origin}/model.json`)
    expectSame(stock, model)
    expect(stock.getUserDefinedMetadata()).toEqual({ classNames: ['a'] })
    stock.dispose()
    model.dispose()
  })

  test('what it saves, in several shards, loads here', async () => {
    const model = wideAndDeepClassifier({ seed: 5 })
    const artifacts = await modelArtifacts(model)
    const cut = [0, 1000, 1001, 50_000, artifacts.weightData.byteLength]
    const paths = [
      'group1-shard1of4.bin',
      'deeper/shard 2.bin',
      'group1-shard3of4.bin',
      'group1-shard4of4.bin',
    ]
    await mkdir(join(folder, 'deeper'))
    for (const [index, path] of paths.entries()) {
      await writeFile(
        join(folder, path),
        new Uint8Array(artifacts.weightData.slice(cut[index], cut[index + 1])),
      )
    }
    const { weightSpecs, weightData: _, ...rest } = artifacts
    await writeFile(
      join(folder, 'model.json'),
      JSON.stringify({ ...rest, weightsManifest: [{ paths, weights: weightSpecs }] }),
    )
    for (const source of [folder, `${origin}/model.json`]) {
      const loaded = await loadModel(source)
      expectSame(loaded, model)
      loaded.dispose()
    }
    model.dispose()
  })

  test('its way of posting to a server is a target', async () => {
    const model = wideAndDeepClassifier({ seed: 6, units: [2] })
    let posted = Buffer.alloc(0)
    const receiver = createServer(async (request, response) => {
      for await (const piece of request) posted = Buffer.concat([posted, piece as Buffer])
      response.end()
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    await saveModel(model, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/upload`)
    await new Promise((resolve) => receiver.close(resolve))
    expect(posted.includes('name="model.json"')).toBe(true)
    expect(posted.includes(Buffer.from((await modelArtifacts(model)).weightData))).toBe(true)
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
      await writeFile(join(folder, 'weights.bin'), bytes)
      await writeFile(
        join(folder, 'model.json'),
        JSON.stringify({ ...rest, weightsManifest: [{ paths: ['weights.bin'], weights }] }),
      )
      const [ours, stock] = [await loadModel(folder), await loadLayersModel(`${origin}/model.json`)]
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
    const [ours, stock] = [await loadModel(folder), await loadLayersModel(`${origin}/model.json`)]
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

test('files that a person has chosen are a source', async () => {
  const model = wideAndDeepClassifier({ seed: 7, units: [3] })
  await saveModel(model, folder)
  const [json, weights] = [
    await readFile(join(folder, 'model.json')),
    await readFile(join(folder, 'weights.bin')),
  ]
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
    const [ours, stock] = [await loadModel(folder), await loadLayersModel(`${origin}/model.json`)]
    expectSame(ours, model)
    expectSame(stock, model)
    expect(await weightsSha256(ours)).toBe(await weightsSha256(model))
    for (const one of [ours, stock, model]) one.dispose()
  },
)
