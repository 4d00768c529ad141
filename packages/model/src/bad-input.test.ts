import '@tensorflow/tfjs-backend-cpu'
import { fc, test } from '@fast-check/vitest'
import { isTreadleError } from '@treadle/core'
import { memory, tensor } from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect } from 'vitest'
import { FakeDirectory } from '../test/fake-directory.ts'
import { refusal } from '../test/refusal.ts'
import {
  describeModel,
  loadModel,
  saveModel,
  weightsSha256,
  wideAndDeepClassifier,
  wideAndDeepRegressor,
} from './index.ts'

interface Layer {
  name: string
  class_name: string
  config: Record<string, unknown>
  inbound_nodes: [string, number, number, object][][]
}
interface Json {
  modelTopology: { class_name: string; config: { layers: Layer[]; [key: string]: unknown } }
  weightsManifest: {
    paths: string[]
    weights: { name: string; shape: number[]; dtype: string; quantization?: object }[]
    sha256?: string
  }[]
  [key: string]: unknown
}

const folder = new FakeDirectory()
let good: string
let weights: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  const model = wideAndDeepClassifier({ seed: 1, inputShape: [4, 4], units: [3], classes: 2 })
  await saveModel(model, folder)
  model.dispose()
  good = folder.text('model.json')
  weights = folder.files.get('weights.bin') as Uint8Array<ArrayBuffer>
})

const blobs = (json: string, bytes = weights) => ({
  'model.json': new Blob([json]),
  'weights.bin': new Blob([bytes]),
})

function changed(change: (json: Json) => unknown): string {
  const json = JSON.parse(good) as Json
  change(json)
  return JSON.stringify(json)
}

/** The only group of weights. */
const group = (json: Json) => json.weightsManifest[0] as Json['weightsManifest'][0]

const layer = (json: Json, name: string) =>
  json.modelTopology.config.layers.find((one) => one.name === name) as Layer

test.each<[string, (json: Json) => unknown, RegExp]>([
  [
    'climbs out of its folder',
    (json) => (group(json).paths = ['../../etc/passwd']),
    /names the weight file "..\/..\/etc\/passwd"; only files beside/,
  ],
  ['names an absolute path', (json) => (group(json).paths = ['/etc/passwd']), /only files beside/],
  ['names a drive', (json) => (group(json).paths = ['C:\\weights.bin']), /only files beside/],
  ['names an address', (json) => (group(json).paths = ['http://127.0.0.1/weights.bin']), /only files beside/],
  ['names an empty path', (json) => (group(json).paths = ['']), /only files beside/],
  ['names a file that is not there', (json) => (group(json).paths = ['other.bin']), /There is no other.bin/],
  [
    'names no file',
    (json) => (group(json).paths = []),
    /no file has 0 bytes where its manifest promises \d+/,
  ],
  [
    'names one file twice',
    (json) => group(json).paths.push('weights.bin'),
    /its manifest names the weight file "weights.bin" twice/,
  ],
  [
    'has another hash',
    (json) => (group(json).sha256 = '0'.repeat(64)),
    /is not the file that model.json was saved with/,
  ],
  ['has a bad hash', (json) => (group(json).sha256 = 'x'), /no model.json of a TensorFlow.js layers model/],
  [
    'promises more',
    (json) => (group(json).weights[0]!.shape = [5, 3]),
    /Shape mismatch: `dense_1\/kernel` has the shape \[5, 3\] in the file, and its layer needs \[4, 3\]/,
  ],
  [
    'has a weight of another type',
    (json) => (group(json).weights[0]!.dtype = 'int32'),
    /`dense_1\/kernel` is of type int32 in the file, and its layer needs float32/,
  ],
  [
    'has another shape of the same size',
    (json) => (group(json).weights[0]!.shape = [3, 4]),
    /its weights do not fit its network: Shape mismatch/,
  ],
  ['has a negative shape', (json) => (group(json).weights[0]!.shape = [-4, -3]), /no model.json/],
  [
    'has a huge shape',
    (json) => (group(json).weights[0]!.shape = [1e15, 1e15]),
    /no model.json|Shape mismatch/,
  ],
  ['has strings for weights', (json) => (group(json).weights[0]!.dtype = 'string'), /no model.json/],
  [
    'has a weight twice',
    (json) => (group(json).weights[1]!.name = group(json).weights[0]!.name),
    /the weight `dense_1\/kernel` is there twice/,
  ],
  [
    'has a weight nobody has',
    (json) => (group(json).weights[0]!.name = 'x/kernel'),
    /no target variable: x\/kernel/,
  ],
  [
    'names a weight __proto__',
    (json) => (group(json).weights[0]!.name = '__proto__'),
    /`__proto__`, which every JavaScript object has/,
  ],
  [
    'is quantized halfway',
    (json) => (group(json).weights[0]!.quantization = { dtype: 'uint8' }),
    /quantized in a way that cannot be undone/,
  ],
  [
    'has weights that are missing',
    (json) => delete (json as { weightsManifest?: unknown }).weightsManifest,
    /weightsManifest/,
  ],
  ['has no weights', (json) => (json.weightsManifest = []), /it has a network, but no weights/],
  ['has no topology', (json) => delete (json as { modelTopology?: unknown }).modelTopology, /modelTopology/],
  ['has an empty topology', (json) => (json.modelTopology = {} as never), /no network of layers/],
  ['is a graph model', (json) => (json.format = 'graph-model'), /it is a graph model/],
  [
    'has an unknown layer',
    (json) => (layer(json, 'dense_1').class_name = 'Mystery'),
    /layer `dense_1` is of the class Mystery, which TensorFlow\.js does not have/,
  ],
  [
    'has a layer without a name',
    (json) => delete (layer(json, 'dense_1') as { name?: string }).name,
    /has no `name`/,
  ],
  [
    'has two layers of a name',
    (json) => (layer(json, 'concatenate').name = 'dense_1'),
    /two of its layers have the name `dense_1`/,
  ],
  [
    'has layers that wait for each other',
    (json) => (layer(json, 'dense_1').inbound_nodes = [[['concatenate', 0, 0, {}]]]),
    /the inputs of dense_1, .* are missing or wait for each other/,
  ],
  [
    'has a layer that waits for nobody',
    (json) => (layer(json, 'dense_1').inbound_nodes = [[['nobody', 0, 0, {}]]]),
    /inputs of dense_1/,
  ],
  [
    'has inputs that are no list',
    (json) => (layer(json, 'dense_1').inbound_nodes = [5 as never]),
    /inputs of layer `dense_1` are not a list/,
  ],
  [
    'has an output that is not there',
    (json) => (json.modelTopology.config.output_layers = [['nobody', 0, 0]]),
    /cannot build its network/,
  ],
  [
    'is too wide',
    (json) => (layer(json, 'dense_1').config.units = 1e12),
    /layer `dense_1` \(Dense\): `units` \(=1000000000000\) must be at most 2147483647/,
  ],
  [
    'is wider than its weights',
    (json) => (layer(json, 'dense_1').config.units = 1e6),
    /its weights do not fit its network: Shape mismatch/,
  ],
  [
    'takes too much',
    (json) => (layer(json, 'input').config.batch_input_shape = [null, 1e6, 1e6]),
    /takes 4000000000000 bytes for the activations of one sample or more, and `maxBytes` is 134217728/,
  ],
  [
    'spells keys its own way',
    (json) => Object.assign(layer(json, 'dense_1'), { inboundNodes: [[['output', 0, 0, {}]]] }),
    /spells `inbound_nodes` as `inboundNodes`/,
  ],
  [
    'has a layer of two names',
    (json) => (layer(json, 'dense_1').config.name = 'output'),
    /layer `dense_1` has another name in its `config`/,
  ],
  ['has no outputs', (json) => (json.modelTopology.config.output_layers = []), /it has no outputs/],
  [
    'calls a layer constructor',
    (json) => (layer(json, 'dense_1').name = 'constructor'),
    /the name `constructor`/,
  ],
  ['has metadata that is a list', (json) => (json.userDefinedMetadata = [1]), /userDefinedMetadata/],
  [
    'was trained in an unknown way',
    (json) => (json.trainingConfig = { loss: 'mystery', optimizer_config: {} }),
    /cannot compile it as it was trained/,
  ],
])('a model.json that %s is refused', async (_, change, message) => {
  const error = await refusal(blobs(changed(change)))
  expect(error.message).toMatch(message)
  expect(error.code).toMatch(/^MODEL_(BAD_FILE|NOT_FOUND)$/)
})

test.each([
  ['', /it is not JSON \(it begins with ""\)/],
  ['<!doctype html><html>', /it is not JSON \(it begins with "<!doctype html><html>"\)/],
  ['null', /no model.json/],
  ['[]', /no model.json/],
  ['5', /no model.json/],
  ['{"modelTopology":{},"weightsManifest":[],"a":{"__proto__":{"polluted":1}}}', /a key `__proto__`/],
  [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, /nested more than 100 deep/],
])('%j is no model', async (text, message) => {
  expect((await refusal(blobs(text))).message).toMatch(message)
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test.each([Number.NaN, Infinity, -Infinity])(
  'weights with %d are neither loaded nor saved',
  async (value) => {
    const bytes = weights.slice()
    new DataView(bytes.buffer).setFloat32(8, value, true)
    const error = await refusal(
      blobs(
        changed((json) => delete group(json).sha256),
        bytes,
      ),
    )
    expect(error).toMatchObject({ code: 'MODEL_NOT_FINITE' })
    expect(error.message).toMatch(/weight `dense_1\/kernel` holds (NaN|-?Infinity)/)

    const model = wideAndDeepRegressor({ seed: 1, units: [2] })
    const bad = tensor([value])
    model.weights.at(-1)?.write(bad)
    bad.dispose()
    await expect(saveModel(model, folder)).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' })
    expect(folder.text('model.json')).toBe(good)
    await expect(weightsSha256(model)).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' })
    model.dispose()
  },
)

test.each([
  [{ inputShape: [28, 28] }, /takes inputs of shape \[4, 4\], but \[28, 28\] is needed/],
  [{ inputShape: [4] }, /takes inputs of shape \[4, 4\]/],
  [{ outputShape: [10] }, /gives outputs of shape \[2\], but \[10\] is needed/],
])('a model that is expected to be %j is refused', async (expected, message) => {
  const error = await refusal(blobs(good), { expect: expected })
  expect(error).toMatchObject({ code: 'MODEL_UNEXPECTED_SHAPE' })
  expect(error.message).toMatch(message)
})

describe('saving where it cannot be done', () => {
  test('harms nothing', async () => {
    const one = wideAndDeepRegressor({ seed: 1, units: [2] })
    for (const nowhere of ['gopher://host', {} as never]) {
      await expect(saveModel(one, nowhere)).rejects.toMatchObject({ code: 'MODEL_BAD_TARGET' })
    }
    await expect(saveModel(one, folder, { metadata: { f: 1n } })).rejects.toMatchObject({
      code: 'MODEL_BAD_METADATA',
    })
    await expect(saveModel(one, folder, { metadata: [] as never })).rejects.toMatchObject({
      code: 'MODEL_BAD_METADATA',
    })
    await expect(saveModel(one, folder, { metadata: { a: [0, { b: NaN }] } })).rejects.toMatchObject({
      code: 'MODEL_BAD_METADATA',
      message: expect.stringContaining('`a.1.b` is NaN'),
    })
    await expect(saveModel(one, folder, { optimizer: true })).rejects.toMatchObject({
      code: 'MODEL_NO_OPTIMIZER',
    })
    expect(folder.text('model.json')).toBe(good)
    one.dispose()
  })

  test('with a setting of a layer that is not finite harms nothing', async () => {
    const endless = sequential({ layers: [layers.reLU({ maxValue: Infinity, inputShape: [2] })] })
    await expect(saveModel(endless, folder)).rejects.toMatchObject({
      code: 'MODEL_NOT_FINITE',
      message: expect.stringMatching(/`modelTopology\S*max_?[vV]alue` is Infinity/),
    })
    expect(folder.text('model.json')).toBe(good)
    endless.dispose()
  })

  test.each([
    ['ENOSPC', /the disk is full\. Make room and save again/],
    ['EACCES', /it may not be written to\. Change its permissions/],
    ['EROFS', /the file system is read-only/],
    ['EIO', /EIO happened/],
  ])('says what to do about %s', async (code, message) => {
    const one = wideAndDeepRegressor({ seed: 1, units: [2] })
    const save = async () => {
      throw Object.assign(new Error(`${code} happened`), { code })
    }
    await expect(saveModel(one, { save })).rejects.toThrow(message)
    await expect(saveModel(one, { save })).rejects.toMatchObject({ code: 'MODEL_SAVE_FAILED' })
    one.dispose()
  })
})

test('a handler that gives nonsense is refused', async () => {
  expect(await refusal({ load: async () => ({}) })).toMatchObject({ code: 'MODEL_BAD_FILE' })
  expect(
    await refusal({ load: async () => ({ modelTopology: {}, weightSpecs: [{}] as never }) }),
  ).toMatchObject({ code: 'MODEL_BAD_FILE' })
  expect(
    await refusal({
      load: async () => {
        throw new Error('The database is gone.')
      },
    }),
  ).toMatchObject({ code: 'MODEL_READ_FAILED', message: expect.stringContaining('The database is gone.') })
})

const loads = async (json: string, bytes: Uint8Array<ArrayBuffer>) => {
  const before = memory().numTensors
  try {
    const model = await loadModel(blobs(json, bytes))
    model.dispose()
  } catch (error) {
    expect(isTreadleError(error), String((error as Error).stack)).toBe(true)
  }
  expect(memory().numTensors).toBe(before)
  expect(Object.keys(Object.prototype)).toEqual([])
}

describe('whatever is changed in a model’s files, loading works or says why not', () => {
  test.prop([fc.uint8Array(), fc.uint8Array()], { numRuns: 200 })('arbitrary bytes', async (json, bytes) => {
    await loads(new TextDecoder().decode(json), bytes.slice())
  })

  test.prop([fc.json(), fc.uint8Array()], { numRuns: 200 })('arbitrary JSON', async (json, bytes) => {
    await loads(json, bytes.slice())
  })

  test.prop([fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat()], {
    numRuns: 300,
  })('changed bytes', async (changes, cut) => {
    const json = new TextEncoder().encode(good)
    for (const [at, byte] of changes) json[at % json.length] = byte
    await loads(new TextDecoder().decode(json), weights.slice(0, weights.length - (cut % 3)))
  })

  const values = fc.oneof(
    fc.constantFrom(
      null,
      true,
      -1,
      0,
      1,
      2,
      3,
      1e9,
      1.5,
      '',
      'x',
      'relu',
      '__proto__',
      'constructor',
      [],
      {},
      'dense_1',
      [null, 4, 4],
    ),
    fc.jsonValue({ maxDepth: 2 }),
  )
  test.prop([fc.array(fc.tuple(fc.nat(), values), { minLength: 1, maxLength: 3 })], { numRuns: 1000 })(
    'changed values',
    async (changes) => {
      let json = JSON.parse(good) as unknown
      for (const [which, value] of changes) json = replaced(json, which, value)
      await loads(JSON.stringify(json), weights)
    },
  )
})

/** A copy in which value number `which` (modulo how many there are), counted depth first, is another. */
function replaced(json: unknown, which: number, value: unknown): unknown {
  let count = 0
  JSON.stringify(json, (_, inner: unknown) => {
    count++
    return inner
  })
  let left = 1 + (which % Math.max(1, count - 1))
  return JSON.parse(JSON.stringify(json, (_, inner: unknown) => (left-- === 0 ? value : inner)))
}

test('a network without shapes is not described', () => {
  expect(() => describeModel(sequential())).toThrow(/its shapes are not known yet/)
})
