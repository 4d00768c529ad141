import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, test } from 'vitest'
import { FakeDirectory } from '../test/fake-directory.ts'
import { Classifier } from './compiled.ts'
import { Classifier as FullClassifier, saveModel, wideAndDeepClassifier, type Prediction } from './index.ts'

const folder = new FakeDirectory()
const image = { data: Uint8Array.from({ length: 784 }, (_, i) => (i * 7) % 256), width: 28, height: 28 }
const metadata = { classNames: 'abcdefghij'.split('') }
let expected: Prediction[]

beforeAll(async () => {
  const model = wideAndDeepClassifier({ seed: 1 })
  await saveModel(model, folder, { metadata })
  model.dispose()
  const full = await FullClassifier.load(folder)
  expected = await full.classify(image)
  await full.dispose()
})

test('the compiled entry answers as the full one does', async () => {
  await using classifier = await Classifier.load(folder)
  expect(await classifier.classify(image)).toEqual(expected)
  expect(classifier.classifySync(image)).toEqual(expected)
  expect(classifier.classNames).toEqual(metadata.classNames)
})

const { layers } = tfl
test.each<[string, RegExp, tfl.layers.Layer[]]>([
  [
    'a recurrent layer',
    /layer `memory` \(LSTM\) is of a class that is not compiled/,
    [
      layers.reshape({ targetShape: [28, 28], inputShape: [28, 28, 1] }),
      layers.lstm({ units: 3, recurrentInitializer: 'glorotUniform', name: 'memory' }),
    ],
  ],
  [
    'a layer that moves axes',
    /layer `turn` \(Permute\) is of a class that is not compiled/,
    [layers.permute({ dims: [2, 1, 3], name: 'turn', inputShape: [28, 28, 1] }), layers.flatten()],
  ],
])('%s is an error that names the layer and the entry with tfjs', async (_, reason, parts) => {
  const other = new FakeDirectory()
  const model = tfl.sequential({ layers: [...parts, layers.dense({ units: 10, activation: 'softmax' })] })
  await saveModel(model, other, { metadata })
  model.dispose()
  const error = await Classifier.load(other).catch((caught: unknown) => caught as Error)
  expect(error).toMatchObject({ name: 'TreadleError', code: 'MODEL_NEEDS_TENSORFLOW' })
  expect((error as Error).message).toMatch(reason)
  expect((error as Error).message).toMatch(/Import `Classifier` from @treadle\/model\/classifier/)
})

test('past a limit, the error names the limits', async () => {
  await expect(Classifier.load(folder, { maxParameters: 100 })).rejects.toMatchObject({
    code: 'MODEL_NEEDS_TENSORFLOW',
    message: expect.stringMatching(/maxParameters/) as string,
  })
})

test('an address of tfjs, and `save`, are errors', async () => {
  await expect(Classifier.load('indexeddb://model')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  await using classifier = await Classifier.load(folder)
  await expect(classifier.save(new FakeDirectory())).rejects.toMatchObject({ code: 'MODEL_NEEDS_TENSORFLOW' })
})
