import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isTreadleError } from '@treadle/core'
import * as dataset from '@treadle/dataset'
import * as metrics from '@treadle/metrics'
import * as model from '@treadle/model'
import * as runtime from '@treadle/runtime'
import * as trainer from '@treadle/trainer'
import * as experiment from '../src/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const images = () =>
  dataset.imagesFromArrays({
    train: { images: new Uint8Array(8), labels: [0, 1, 0, 1, 0, 1, 0, 1] },
    height: 1,
    width: 1,
  })
let started: runtime.Runtime
let network: ReturnType<typeof model.wideAndDeepClassifier>
beforeAll(async () => {
  started = await runtime.startRuntime({ threads: 1 })
  network = model.wideAndDeepClassifier({ seed: 1, inputShape: [1], classes: 2, units: [2] })
})
afterAll(async () => {
  network.dispose()
  await started.dispose()
})

type Call = (options: never) => unknown

/** Each public function that takes options, with a good value for everything else. */
const functions: Record<string, Call> = {
  'dataset.loadDataset': (options) => dataset.loadDataset('sample', options),
  'dataset.loadFashionMnist': (options) => dataset.loadFashionMnist(options),
  'dataset.fetchFashionMnist': (options) => dataset.fetchFashionMnist(options),
  'dataset.loadCaliforniaHousing': (options) => dataset.loadCaliforniaHousing(options),
  'dataset.loadIdxFolder': (options) => dataset.loadIdxFolder('.', options),
  'dataset.loadImages': (options) => dataset.loadImages('.', options),
  'dataset.imagesFromArrays': (options) => dataset.imagesFromArrays(options),
  'dataset.splitSamples': (options) => dataset.splitSamples(images().train, options),
  'dataset.readIdx': (options) => dataset.readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7), options),
  'dataset.writeIdx': (options) =>
    dataset.writeIdx({ dtype: 'uint8', shape: [1], data: new Uint8Array(1) }, options),
  'runtime.startRuntime': (options) => runtime.startRuntime(options),
  'model.wideAndDeepClassifier': (options) => model.wideAndDeepClassifier(options),
  'model.wideAndDeepRegressor': (options) => model.wideAndDeepRegressor(options),
  'model.loadModel': (options) => model.loadModel('nowhere', options),
  'model.saveModel': (options) => model.saveModel(network, join(tmpdir(), 'nothing.txt', 'nowhere'), options),
  'model.classMetadata': (options) => model.classMetadata(network, options),
  'model.Classifier.load': (options) => model.Classifier.load('nowhere', options),
  'model.Classifier.from': (options) => model.Classifier.from(network, options),
  'trainer.fit': (options) => trainer.fit(network, images(), options),
  'trainer.evaluate': (options) => trainer.evaluate(network, images().test, options),
  'trainer.predict': (options) => trainer.predict(network, images().test, options),
  'trainer.adam': (options) => trainer.adam(options),
  'trainer.sgd': (options) => trainer.sgd(options),
  'trainer.oneCycle': (options) => trainer.oneCycle(options),
  'trainer.cosineDecay': (options) => trainer.cosineDecay(options),
  'trainer.exponentialDecay': (options) => trainer.exponentialDecay(options),
  'trainer.piecewise': (options) => trainer.piecewise(options),
  'experiment.parseRecipe': (options) => experiment.parseRecipe(options),
}

/** Options without which the name of another one is not looked at. */
const needed: Record<string, object> = {
  'trainer.exponentialDecay': { rate: 0.5 },
  'trainer.piecewise': { boundaries: [1], values: [0.1, 0.2] },
}

async function failure(call: () => unknown): Promise<unknown> {
  try {
    const result = await call()
    return `returned ${typeof result}`
  } catch (error) {
    return error
  }
}

describe.each(Object.entries(functions))('%s', (name, call) => {
  test('names an unknown option', async () => {
    const error = await failure(() => call({ ...needed[name], surelyNoOption: 1 } as never))
    expect(isTreadleError(error), String(error)).toBe(true)
    expect((error as Error).message).toContain('surelyNoOption')
  })

  test.each([[null], [5], ['text'], [[1]]])('refuses %j as options', async (options) => {
    const error = await failure(() => call(options as never))
    expect(isTreadleError(error), String(error)).toBe(true)
  })
})

test.each<[string, () => unknown]>([
  ['optimizer: null', () => trainer.fit(network, images(), { optimizer: null as never })],
  ['schedule: null', () => trainer.fit(network, images(), { schedule: null } as never)],
  ['a learning rate that is null', () => trainer.adam({ learningRate: null as never })],
  ['no source', () => model.Classifier.load(undefined as never)],
  ['no options', () => model.wideAndDeepClassifier(undefined as never)],
  [
    'layers: 3',
    () =>
      model.loadModel({
        'model.json': new Blob([
          '{"modelTopology":{"class_name":"Sequential","config":{"layers":3}},"weightsManifest":[]}',
        ]),
      }),
  ],
  ['units: 3', () => model.wideAndDeepClassifier({ seed: 1, units: 3 as never })],
  ['a class weight by name', () => trainer.fit(network, images(), { classWeight: { cat: 5 } as never })],
  [
    'images that are a number',
    () => dataset.imagesFromArrays({ train: { images: 5 as never, labels: [] }, height: 1, width: 1 }),
  ],
  ['a recipe that is null', () => experiment.parseRecipe(null)],
  [
    'bins that are a text',
    () => metrics.calibration(Int32Array.of(0), Float32Array.of(1, 0), { bins: 'x' as never }),
  ],
])('%s is an error of Treadle', async (_, call) => {
  const error = await failure(call)
  expect(isTreadleError(error), String(error)).toBe(true)
})
