import '@tensorflow/tfjs-backend-cpu'
import { encodeModel } from '../save-model.ts'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, expect, test } from 'vitest'
import { Classifier } from '../classifier.ts'
import { loadModel } from '../load-model.ts'
import { wideAndDeepClassifier } from '../networks/wide-and-deep-classifier.ts'
import { ensembleModel } from './ensemble-model.ts'

afterEach(() => tf.disposeVariables())

const size = [28, 28]
const member = (seed: number) => wideAndDeepClassifier({ seed, units: [4] })

/** A member that ends in logits, as a Sequential. */
const logits = () =>
  tfl.sequential({
    name: 'logits',
    layers: [
      tfl.layers.flatten({ inputShape: size }),
      tfl.layers.dense({ units: 10, kernelInitializer: tfl.initializers.glorotUniform({ seed: 3 }) }),
    ],
  })

async function files(model: tfl.LayersModel): Promise<Record<string, Blob>> {
  const classNames = Array.from({ length: 10 }, (_, i) => `class ${i}`)
  const encoded = await encodeModel(model, { metadata: { classNames } })
  return Object.fromEntries(
    Object.entries(encoded).map(([name, bytes]) => [name, new Blob([bytes as never])]),
  )
}

const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i * 7919) & 255)
const image = () =>
  tf.tensor(
    Float32Array.from(pixels, (v) => Math.fround(v / 255)),
    [1, ...size],
  )

function average(members: readonly tfl.LayersModel[], weights: readonly number[]): number[] {
  const sums = Array<number>(10).fill(0)
  members.forEach((one, i) => {
    const output = one.predict(image()) as tf.Tensor
    const values = (one.name === 'logits' ? tf.softmax(output) : output).dataSync()
    values.forEach((value, j) => {
      sums[j]! += value * (weights[i] as number)
    })
  })
  return sums
}

test('its file is one network whose classifier gives the weighted average of the members’ probabilities', async () => {
  const members = [member(1), member(2), logits()]
  const ensemble = await ensembleModel(members, { weights: [1, 2, 1] })
  const wanted = average(members, [0.25, 0.5, 0.25])
  const saved = await files(ensemble)
  ensemble.dispose()
  await using classifier = await Classifier.load(saved)
  expect(classifier.fromLogits).toBe(false)
  const found = await classifier.classify({ data: pixels, width: 28, height: 28 })
  // It is compiled: tfjs would not answer at once.
  expect(classifier.classifySync({ data: pixels, width: 28, height: 28 })).toEqual(found)
  for (const { classIndex, probability } of found)
    expect(probability).toBeCloseTo(wanted[classIndex] as number, 6)
  const loaded = await loadModel(saved)
  const values = (loaded.predict(image()) as tf.Tensor).dataSync()
  values.forEach((value, j) => expect(value).toBeCloseTo(wanted[j] as number, 6))
})

test('the members stay as they are, and may be the same model twice, or an ensemble', async () => {
  const one = member(1)
  const names = one.weights.map(({ originalName }) => originalName)
  const twice = await ensembleModel([one, one])
  const nested = await ensembleModel([twice, member(2)])
  expect(one.weights.map(({ originalName }) => originalName)).toEqual(names)
  await using classifier = await Classifier.load(await files(nested))
  const wanted = average([one, member(2)], [0.5, 0.5])
  for (const { classIndex, probability } of await classifier.classify({
    data: pixels,
    width: 28,
    height: 28,
  }))
    expect(probability).toBeCloseTo(wanted[classIndex] as number, 6)
})

test.each([
  [[1]],
  [[1, -1]],
  [[0, 0]],
  [[1, Number.NaN]],
  [[1, Infinity]],
  [['1', true] as never],
  [[1, {}] as never],
])('weights %j are refused', async (weights) => {
  const members = [logits(), logits()]
  await expect(ensembleModel(members, { weights })).rejects.toMatchObject({ code: 'MODEL_BAD_ENSEMBLE' })
})

test('members of other shapes, and one alone, are refused', async () => {
  const other = tfl.sequential({
    layers: [tfl.layers.dense({ units: 10, activation: 'softmax', inputShape: [3] })],
  })
  await expect(ensembleModel([logits(), other])).rejects.toThrow(
    'member 1 has the shapes [28, 28] → [10], but member 2 has [3] → [10]',
  )
  await expect(ensembleModel([logits()])).rejects.toMatchObject({ code: 'MODEL_BAD_ENSEMBLE' })
})

test('a sum of probabilities that is no average is no classifier', async () => {
  const input = tfl.input({ shape: size })
  const parts = [0.5, 0.6].map((scale, i) => {
    const flat = tfl.layers.flatten().apply(input)
    const output = tfl.layers.dense({ units: 10, activation: 'softmax', name: `dense_${i}` }).apply(flat)
    return tfl.layers.rescaling({ scale, offset: 0 }).apply(output) as tfl.SymbolicTensor
  })
  const outputs = tfl.layers.add().apply(parts) as tfl.SymbolicTensor
  const model = tfl.model({ inputs: input, outputs })
  await expect(files(model).then((saved) => Classifier.load(saved))).rejects.toMatchObject({
    code: 'MODEL_NOT_A_CLASSIFIER',
  })
})
