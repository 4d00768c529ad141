import '@tensorflow/tfjs-backend-cpu'
import { fc, test } from '@fast-check/vitest'
import { memory } from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { weightsSha256 } from '../artifacts.ts'
import { describeModel } from '../describe-model.ts'
import { models } from './index.ts'
import { wideAndDeepClassifier } from '../networks/wide-and-deep-classifier.ts'
import { wideAndDeepPublishedResult } from './wide-and-deep-published.ts'
import { wideAndDeepRegressor } from '../networks/wide-and-deep-regressor.ts'

describe('wideAndDeepClassifier', () => {
  test('is the network of the report, layer by layer', () => {
    const model = wideAndDeepClassifier({ seed: 1 })
    const { layers, parameters } = describeModel(model)
    expect(layers).toEqual([
      { name: 'input', type: 'InputLayer', outputShape: [null, 28, 28], parameters: 0, connectedTo: [] },
      {
        name: 'dense_1',
        type: 'Dense',
        outputShape: [null, 28, 30],
        parameters: 870,
        connectedTo: ['input'],
      },
      {
        name: 'batch_normalization_1',
        type: 'BatchNormalization',
        outputShape: [null, 28, 30],
        parameters: 120,
        connectedTo: ['dense_1'],
      },
      {
        name: 'dense_2',
        type: 'Dense',
        outputShape: [null, 28, 30],
        parameters: 930,
        connectedTo: ['batch_normalization_1'],
      },
      {
        name: 'batch_normalization_2',
        type: 'BatchNormalization',
        outputShape: [null, 28, 30],
        parameters: 120,
        connectedTo: ['dense_2'],
      },
      {
        name: 'dropout',
        type: 'Dropout',
        outputShape: [null, 28, 30],
        parameters: 0,
        connectedTo: ['batch_normalization_2'],
      },
      {
        name: 'concatenate',
        type: 'Concatenate',
        outputShape: [null, 28, 58],
        parameters: 0,
        connectedTo: ['input', 'dropout'],
      },
      {
        name: 'flatten',
        type: 'Flatten',
        outputShape: [null, 1624],
        parameters: 0,
        connectedTo: ['concatenate'],
      },
      { name: 'output', type: 'Dense', outputShape: [null, 10], parameters: 16250, connectedTo: ['flatten'] },
    ])
    expect(parameters).toEqual({ total: 18_290, trainable: 18_170, nonTrainable: 120 })
    model.dispose()
  })

  test('has Keras’s settings', () => {
    const model = wideAndDeepClassifier({ seed: 1 })
    expect(model.getLayer('batch_normalization_1').getConfig()).toMatchObject({
      momentum: 0.99,
      epsilon: 1e-3,
      axis: -1,
    })
    expect(model.getLayer('dense_1').getConfig()).toMatchObject({
      activation: 'relu',
      kernelInitializer: {
        className: 'VarianceScaling',
        config: { scale: 1, mode: 'fanAvg', distribution: 'uniform' },
      },
      biasInitializer: { className: 'Zeros' },
    })
    expect(model.getLayer('output').getConfig()).toMatchObject({ activation: 'softmax' })
    expect(model.getLayer('dropout').getConfig()).toMatchObject({ rate: 0.5 })
    model.dispose()
  })

  test.each([
    [[28, 28, 1], 18_290],
    [[32, 32, 3], 96 * 30 + 30 + 930 + 240 + 32 * 126 * 10 + 10],
    [[784], 784 * 30 + 30 + 930 + 240 + 814 * 10 + 10],
  ])('takes inputs of shape %j', (inputShape, total) => {
    const model = wideAndDeepClassifier({ seed: 1, inputShape })
    expect(describeModel(model).parameters.total).toBe(total)
    expect(model.outputShape).toEqual([null, 10])
    model.dispose()
  })

  test('has these very weights for seed 1', async () => {
    const model = wideAndDeepClassifier({ seed: 1 })
    expect(await weightsSha256(model)).toBe(
      '7cc9ff6f3819bf3053546529f79eaece84a0582384df3214d80c7d197c6eba1c',
    )
    model.dispose()
  })

  test.prop([
    fc.nat(0xffffffff),
    fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(0, 0.25, 0.9),
    fc.boolean(),
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 2, max: 5 }),
  ])(
    'is the same twice for any size',
    async (seed, units, dropout, batchNormalization, inputShape, classes) => {
      const before = memory().numTensors
      const options = { seed, units, dropout, batchNormalization, inputShape, classes }
      const [one, other] = [wideAndDeepClassifier(options), wideAndDeepClassifier(options)]
      expect(one.layers.map(({ name }) => name)).toEqual(other.layers.map(({ name }) => name))
      expect(await weightsSha256(one)).toBe(await weightsSha256(other))
      expect(one.layers.filter((layer) => layer.getClassName() === 'BatchNormalization')).toHaveLength(
        batchNormalization ? units.length : 0,
      )
      one.dispose()
      other.dispose()
      expect(memory().numTensors).toBe(before)
    },
  )

  test.each([
    [{ units: [] }, /`units` \(=\[\]\)/],
    [{ units: [30, 0] }, /`units\[1\]` \(=0\) must be an integer of at least 1/],
    [{ dropout: 1 }, /`dropout` \(=1\) must be in \[0, 1\)/],
    [{ dropout: Number.NaN }, /`dropout`/],
    [{ classes: 1 }, /`classes` \(=1\)/],
    [{ inputShape: [28, -1] }, /`inputShape` \(=\[28,-1\]\)/],
    [{ inputShape: [] }, /`inputShape`/],
    [{ seed: -1 }, /`seed` \(=-1\)/],
  ])('refuses %j and leaves nothing', (options, message) => {
    const before = memory().numTensors
    expect(() => wideAndDeepClassifier({ seed: 1, ...options })).toThrow(message)
    expect(memory().numTensors).toBe(before)
  })
})

test('wideAndDeepRegressor is the base network of the report', () => {
  const model = wideAndDeepRegressor({ seed: 1 })
  const { layers, parameters } = describeModel(model)
  expect(layers.map(({ type, parameters: count }) => [type, count])).toEqual([
    ['InputLayer', 0],
    ['Dense', 270],
    ['Dense', 930],
    ['Concatenate', 0],
    ['Dense', 39],
  ])
  expect(layers.at(-2)?.connectedTo).toEqual(['input', 'dense_2'])
  expect(parameters).toEqual({ total: 1239, trainable: 1239, nonTrainable: 0 })
  model.dispose()
})

test('both models are built under their names, with options of their own', async () => {
  for (const name of ['wide-and-deep', 'wide-and-deep-regressor']) {
    const definition = models.get(name)!
    expect(definition.name).toBe(name)
    const model = await definition.build({
      seed: 1,
      inputShape: [4, 4].slice(0, definition.task === 'regression' ? 1 : 2),
      outputs: 3,
      units: [5],
    })
    expect(model.outputShape).toEqual([null, 3])
    expect(describeModel(model).layers[1]?.outputShape.at(-1)).toBe(5)
    model.dispose()
  }
  await expect(
    models.get('wide-and-deep')?.build({ seed: 1, inputShape: [4], outputs: 2, unit: 3 }),
  ).rejects.toThrow()
})

test('the published result is consistent with itself', () => {
  const { history, classes, accuracy } = wideAndDeepPublishedResult
  for (const figures of Object.values(history)) expect(figures).toHaveLength(10)
  expect(classes).toHaveLength(10)
  expect(accuracy).toBe(history.val_accuracy.at(-1))
  // Recall by class, each of 1000, averages to the accuracy but for the two decimals it is printed with.
  const recall = classes.reduce((sum, row) => sum + row.recall / classes.length, 0)
  expect(Math.abs(recall - accuracy)).toBeLessThan(0.005)
  for (const { precision, recall: r, f1 } of classes) {
    expect(Math.abs((2 * precision * r) / (precision + r) - f1)).toBeLessThan(0.011)
  }
})
