import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadFashionMnist } from '@treadle/dataset'
import { Classifier, weightsSha256 } from '@treadle/model'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { evaluate } from '@treadle/trainer'
import { loadPretrained, pretrainedFiles, pretrainedModels } from './index.ts'

let runtime: Runtime
let sample: Awaited<ReturnType<typeof loadFashionMnist>>['test']
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
  sample = (await loadFashionMnist({ source: 'sample' })).test
})
afterAll(() => runtime.dispose())

const weightsOf = async (name: string) =>
  new Uint8Array(await (await pretrainedFiles(name))['weights.bin'].arrayBuffer())
const failure = async (call: Promise<unknown>) => {
  const error = (await call.catch((thrown: unknown) => thrown)) as Error & { code: string }
  return [error.code, error.message]
}

describe.each(pretrainedModels)('$name', ({ name, ...card }) => {
  test('is what its card says', async () => {
    const loaded = await loadPretrained(name)
    expect(loaded.card).toEqual({ name, ...card })
    expect(await weightsSha256(loaded.model)).toBe(card.weights.sha256)
    expect(loaded.model.countParams()).toBe(card.parameters)
    expect((await evaluate(loaded.model, sample)).accuracy).toBeCloseTo(card.sampleTestAccuracy, 12)
    expect(card.weights.bytes).toBeLessThan(2e6)
    loaded.model.dispose()
  })

  test('classifies pictures, loaded as a model and as files', async () => {
    const { model, metadata } = await loadPretrained(name)
    const fromModel = Classifier.from(model, metadata)
    const fromFiles = await Classifier.load(await pretrainedFiles(name))
    const answers = await fromModel.classify(sample)
    expect(await fromFiles.classify(sample)).toEqual(answers)
    const right = answers.filter(([best], index) => best?.classIndex === sample.labels[index]).length
    // A few pictures reach the edge and are prepared in another way than in training.
    expect(right / sample.count).toBeGreaterThan(card.sampleTestAccuracy - 0.02)
    await fromModel.dispose()
    await fromFiles.dispose()
    model.dispose()
  })
})

test('weights are given as bytes or as an address', async () => {
  const bytes = await weightsOf('wide-and-deep')
  const address = URL.createObjectURL(new Blob([bytes]))
  for (const weights of [bytes, bytes.buffer, new DataView(bytes.buffer), address, new URL(address)]) {
    const { model, card } = await loadPretrained('wide-and-deep', { weights })
    expect(await weightsSha256(model)).toBe(card.weights.sha256)
    model.dispose()
  }
  URL.revokeObjectURL(address)
})

test('an unknown name is an error that lists the names', async () => {
  expect(await failure(loadPretrained('wide-and-deap'))).toEqual([
    'PRETRAINED_UNKNOWN_MODEL',
    'loadPretrained: there is no model "wide-and-deap". Did you mean wide-and-deep? The models are wide-and-deep, cnn-tiny.',
  ])
  expect((await failure(pretrainedFiles('toString')))[0]).toBe('PRETRAINED_UNKNOWN_MODEL')
})

test('weights that cannot be read, and other weights, are errors of loading a model', async () => {
  const bytes = await weightsOf('wide-and-deep')
  const changed = bytes.with(1000, bytes[1000] === 0 ? 1 : 0)
  const cases: [unknown, string, string][] = [
    ['blob:nothing', 'MODEL_READ_FAILED', 'wide-and-deep from "blob:nothing" failed: '],
    ['http://', 'MODEL_READ_FAILED', 'pass its bytes or its address as `weights`'],
    [
      new Uint8Array(3),
      'MODEL_BAD_FILE',
      '`weights` has 3 bytes, and the weights of wide-and-deep have 73160.',
    ],
    [changed, 'MODEL_BAD_FILE', 'SHA-256 differs'],
    [
      5,
      'MODEL_BAD_OPTION',
      'loadPretrained: `weights` (=5) must be the bytes of weights.bin or its address.',
    ],
  ]
  for (const [weights, code, message] of cases)
    expect(await failure(loadPretrained('wide-and-deep', { weights: weights as string }))).toEqual([
      code,
      expect.stringContaining(message),
    ])
})

test('an abort ends loading with its reason', async () => {
  const reason = new Error('enough')
  await expect(loadPretrained('wide-and-deep', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
