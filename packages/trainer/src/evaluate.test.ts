import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { isTreadleError } from '@treadle/core'
import { applyView } from '@treadle/image/views'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { adam, evaluate, fit, predict } from './index.ts'
import { drawWeights, smallClassifier, smallImages, smallRegressor, smallTable } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const images = smallImages(67)

/** The predictions of tfjs-layers. */
function stock(model: tfl.LayersModel, x: Float32Array, shape: number[]): Float32Array {
  return tf.tidy(() => (model.predict(tf.tensor(x, shape)) as tf.Tensor).dataSync<'float32'>().slice())
}

test("a classifier's outputs equal tfjs's predict within 1e-6, and loss and accuracy follow from them", async () => {
  const model = smallClassifier()
  await fit(model, images, { epochs: 2 })
  const tensors = tf.memory().numTensors
  const { loss, accuracy, predictions, outputs } = await evaluate(model, images)
  expect(tf.memory().numTensors).toBe(tensors)
  const expected = stock(
    model,
    Float32Array.from(images.images, (v) => v / 255),
    [67, 4, 5],
  )
  outputs.forEach((p, i) => expect(Math.abs(p - (expected[i] as number))).toBeLessThan(1e-6))
  const rows = Array.from({ length: 67 }, (_, i) => [...outputs.subarray(i * 3, i * 3 + 3)])
  expect([...predictions]).toEqual(rows.map((row) => row.indexOf(Math.max(...row))))
  expect(accuracy).toBe(rows.filter((_, i) => predictions[i] === images.labels[i]).length / 67)
  const entropy =
    rows.reduce((sum, row, i) => sum - Math.log(row[images.labels[i] as number] as number), 0) / 67
  expect(loss).toBeCloseTo(entropy, 6)
})

test('an average of probabilities is evaluated as a classifier: the same as its softmax, within rounding', async () => {
  const model = smallClassifier()
  const half = (name: string) =>
    tfl.layers
      .rescaling({ scale: 0.5, offset: 0, name })
      .apply(model.outputs[0] as tfl.SymbolicTensor) as tfl.SymbolicTensor
  const outputs = tfl.layers.add().apply([half('a'), half('b')]) as tfl.SymbolicTensor
  const average = tfl.model({ inputs: model.inputs, outputs })
  const [one, both] = [await evaluate(model, images), await evaluate(average, images)]
  expect(both.predictions).toEqual(one.predictions)
  expect(both.accuracy).toBe(one.accuracy)
  expect(both.loss).toBeCloseTo(one.loss, 6)
  both.outputs.forEach((p, i) => expect(Math.abs(p - (one.outputs[i] as number))).toBeLessThan(1e-6))
  await expect(fit(average, images, { epochs: 1 })).rejects.toMatchObject({ code: 'TRAINER_BAD_LOSS' })
})

function denseNetwork(units: number, activation: 'linear' | 'sigmoid'): tfl.LayersModel {
  const layers = [tfl.layers.flatten({ inputShape: [4, 5] }), tfl.layers.dense({ units, activation })]
  return drawWeights(tfl.sequential({ layers }), 3)
}

function softmaxOfThree(logits: readonly number[]): number[] {
  return logits.map((value, i) => {
    const row = logits.slice(i - (i % 3), i - (i % 3) + 3)
    return Math.exp(value) / row.reduce((sum, other) => sum + Math.exp(other), 0)
  })
}

describe('test-time augmentation', () => {
  const mirrored = {
    ...images,
    images: applyView(images.images, images, { mirrored: true, down: 0, right: 0 }),
  }

  test('averages the probabilities of the views; loss and accuracy follow from the averages', async () => {
    const model = smallClassifier()
    const [one, other] = [await predict(model, images), await predict(model, mirrored)]
    const { outputs, predictions, accuracy, loss } = await evaluate(model, images, {
      testTimeAugmentation: 'flip',
    })
    const averages = [...one.outputs].map((p, i) => (p + (other.outputs[i] as number)) / 2)
    outputs.forEach((p, i) => expect(Math.abs(p - (averages[i] as number))).toBeLessThan(2e-7))
    const own = [...images.labels].map((label, i) => averages[i * 3 + label] as number)
    expect(loss).toBeCloseTo(own.reduce((sum, p) => sum - Math.log(p), 0) / 67, 6)
    expect(accuracy).toBe([...predictions].filter((label, i) => label === images.labels[i]).length / 67)
    expect((await predict(model, images, { testTimeAugmentation: 'flip' })).outputs).toEqual(outputs)
  })

  test('gives the same bits for any batch size', async () => {
    const model = smallClassifier()
    const options = { testTimeAugmentation: 'flip-crops' } as const
    const { outputs } = await predict(model, images, options)
    for (const batchSize of [1, 7, 64])
      expect((await predict(model, images, { ...options, batchSize })).outputs).toEqual(outputs)
  })

  test('takes logits and one sigmoid, and averages the outputs of other models', async () => {
    const flip = { testTimeAugmentation: 'flip' } as const
    const mean = async (model: tfl.LayersModel, of: (outputs: number[]) => number[]) => {
      const [a, b] = await Promise.all([images, mirrored].map((data) => predict(model, data)))
      const [p, q] = [of([...(a?.outputs ?? [])]), of([...(b?.outputs ?? [])])]
      return p.map((value, i) => (value + (q[i] as number)) / 2)
    }
    const logits = denseNetwork(3, 'linear')
    const averages = await mean(logits, softmaxOfThree)
    const loss = { name: 'sparseCategoricalCrossentropy', fromLogits: true }
    const own = [...images.labels].map((label, i) => averages[i * 3 + label] as number)
    expect((await evaluate(logits, images, { ...flip, loss })).loss).toBeCloseTo(
      own.reduce((sum, p) => sum - Math.log(p), 0) / 67,
      5,
    )
    for (const model of [logits, denseNetwork(1, 'sigmoid')]) {
      const expected = await mean(model, (outputs) => outputs)
      const { outputs } = await predict(model, images, flip)
      outputs.forEach((p, i) => expect(Math.abs(p - (expected[i] as number))).toBeLessThan(1e-6))
    }
  })

  test.each([
    [
      'IMAGE_BAD_VIEWS',
      () => evaluate(smallClassifier(), images, { testTimeAugmentation: 'mirror' as never }),
    ],
    ['TRAINER_BAD_OPTION', () => predict(smallRegressor(), smallTable(4), { testTimeAugmentation: 'flip' })],
  ])('%s', async (code, call) => {
    await expect(call()).rejects.toMatchObject({ code })
  })
})

test('the batch size changes the results only by rounding', async () => {
  const model = smallClassifier()
  const whole = await evaluate(model, images, { batchSize: 1024 })
  for (const batchSize of [1, 7, 67])
    expect((await evaluate(model, images, { batchSize })).loss).toBeCloseTo(whole.loss, 6)
})

test('a regressor has mae and rmse', async () => {
  const model = smallRegressor()
  const table = smallTable(40)
  const { loss, mae, rmse, outputs, predictions } = await evaluate(model, table)
  const errors = [...outputs].map((p, i) => p - (table.targets[i] as number))
  expect(mae).toBeCloseTo(errors.reduce((sum, e) => sum + Math.abs(e), 0) / 80, 6)
  expect(loss).toBeCloseTo(errors.reduce((sum, e) => sum + e * e, 0) / 80, 6)
  expect(rmse).toBe(Math.sqrt(loss))
  expect(predictions).toBeUndefined()
})

test('predict needs no labels, and returns the outputs of evaluate', async () => {
  const model = smallClassifier()
  const { labels: _, ...inputs } = images
  const found = await predict(model, inputs)
  const { outputs, predictions } = await evaluate(model, images)
  expect(found).toEqual({ outputs, predictions, units: 3 })
  const { targets: __, outputs: ___, ...features } = smallTable(5)
  expect(await predict(smallRegressor(), features)).toMatchObject({
    units: 2,
    outputs: expect.any(Float32Array),
  })
})

function flatten(): tfl.layers.Layer {
  return tfl.layers.flatten({ inputShape: [4, 5] })
}

test('a single sigmoid predicts two classes; a separate softmax layer is recognised', async () => {
  const two = smallImages(60, 0, 2)
  const sigmoid = tfl.sequential({
    layers: [flatten(), tfl.layers.dense({ units: 1, activation: 'sigmoid' })],
  })
  const softmax = tfl.sequential({
    layers: [flatten(), tfl.layers.dense({ units: 2 }), tfl.layers.softmax()],
  })
  const nested = tfl.sequential({
    layers: [
      tfl.sequential({ layers: [flatten(), tfl.layers.dense({ units: 4, activation: 'relu' })] }),
      tfl.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  })
  for (const model of [sigmoid, softmax, nested]) {
    drawWeights(model, 1)
    const { history } = await fit(model, two, {
      epochs: 30,
      batchSize: 10,
      optimizer: adam({ learningRate: 0.02 }),
      validation: two,
    })
    const { accuracy, outputs, predictions } = await evaluate(model, two)
    expect(accuracy).toBeGreaterThan(0.9)
    expect(accuracy).toBe(history.val_accuracy?.at(-1))
    expect(new Set(predictions)).toEqual(new Set([0, 1]))
    const expected = stock(
      model,
      Float32Array.from(two.images, (v) => v / 255),
      [60, 4, 5],
    )
    outputs.forEach((p, i) => expect(Math.abs(p - (expected[i] as number))).toBeLessThan(1e-6))
  }
})

test('convolutions train on the repaired backend', async () => {
  const layers = [
    tfl.layers.conv2d({ filters: 4, kernelSize: 2, activation: 'relu', inputShape: [4, 5, 1] }),
    tfl.layers.batchNormalization(),
    tfl.layers.maxPooling2d({ poolSize: 2, strides: 1 }),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 3, activation: 'softmax' }),
  ]
  const model = drawWeights(tfl.sequential({ layers }), 1)
  const { history } = await fit(model, images, {
    epochs: 40,
    batchSize: 16,
    executor: 'eager',
    optimizer: adam({ learningRate: 0.02 }),
  })
  expect(history.accuracy?.at(-1)).toBeGreaterThan(0.8)
})

test.each([
  ['no samples', () => evaluate(smallClassifier(), smallImages(0)), 'TRAINER_BAD_DATA'],
  [
    'another shape',
    () => evaluate(smallClassifier(), { ...images, height: 5, width: 4 }),
    'TRAINER_SHAPE_MISMATCH',
  ],
  [
    'labels that the model does not have',
    () => evaluate(smallClassifier(), smallImages(10, 0, 4)),
    'TRAINER_BAD_LABEL',
  ],
  ['a batch of 0', () => evaluate(smallClassifier(), images, { batchSize: 0 }), 'TRAINER_BAD_OPTION'],
  [
    'predict: another shape',
    () => predict(smallClassifier(), { ...images, height: 5, width: 4 }),
    'TRAINER_SHAPE_MISMATCH',
  ],
  ['predict: too few bytes', () => predict(smallClassifier(), { ...images, count: 68 }), 'TRAINER_BAD_DATA'],
])('%s is an error', async (_, make, code) => {
  const met = await make().then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(isTreadleError(met) && met.code).toBe(code)
})

test('an aborted evaluation rejects with the reason', async () => {
  await expect(
    evaluate(smallClassifier(), images, { signal: AbortSignal.abort(new Error('enough')) }),
  ).rejects.toThrow('enough')
})
