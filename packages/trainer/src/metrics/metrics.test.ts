import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  decodeTrainingState,
  encodeTrainingState,
  evaluate,
  fit,
  sgd,
  train,
  type MetricsOption,
  type TrainingState,
} from '../index.ts'
import { dataset, images, refusal } from '../testing/running.ts'
import { drawWeights, smallClassifier, smallRegressor, smallTable } from '../testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const executors = ['compiled', 'eager'] as const
const all: MetricsOption = [
  { name: 'topKCategoricalAccuracy', k: 2 },
  'Precision',
  { name: 'recall', threshold: 0.3 },
  { name: 'AUC', curve: 'PR' },
]
/** The same images with a target for each class. */
const oneHot = {
  kind: 'arrays' as const,
  inputs: [images.images],
  targets: [
    Float32Array.from({ length: 3 * images.count }, (_, i) =>
      Number(i % 3 === images.labels[Math.floor(i / 3)]),
    ),
  ],
  count: images.count,
}
const names = ['top_k_categorical_accuracy', 'precision', 'recall', 'auc']

test('both executors measure the same in training and validation, and evaluate what validation did', async () => {
  const options = { epochs: 2, batchSize: 7, metrics: all, optimizer: 'sgd' as const }
  const [compiled, eager] = await Promise.all(
    executors.map(async (executor) => {
      const model = smallClassifier({ dropout: 0 })
      const { history } = await fit(model, dataset, { ...options, executor })
      const { metrics } = await evaluate(model, dataset.test, { metrics: all })
      for (const name of names)
        expect(metrics?.[name], name).toBeCloseTo(history[`val_${name}` as 'val_auc']?.[1] as number, 6)
      return history
    }),
  )
  expect(Object.keys(compiled ?? {}).slice(0, 6)).toEqual(['loss', 'accuracy', ...names])
  for (const [name, values] of Object.entries(compiled ?? {}))
    values.forEach((value, i) => expect(eager?.[name as 'auc']?.[i], name).toBeCloseTo(value, 5))
})

test.each(
  executors.flatMap((executor) =>
    (
      [
        ['softmax', 'categoricalCrossentropy'],
        ['softmax', 'kullbackLeiblerDivergence'],
        ['sigmoid', 'meanSquaredError'],
      ] as const
    ).map(([activation, loss]) => [executor, activation, loss] as const),
  ),
)(
  '%s: with a learning rate of 0 the epoch measures what evaluate does, %s and %s',
  async (executor, activation, loss) => {
    const input = tfl.input({ shape: [4, 5] })
    const flat = tfl.layers.flatten().apply(input)
    const output = tfl.layers.dense({ units: 3, activation }).apply(flat) as tfl.SymbolicTensor
    const model = drawWeights(tfl.model({ inputs: input, outputs: output }), 3)
    const { history } = await fit(model, oneHot, {
      epochs: 1,
      batchSize: 9,
      metrics: all,
      loss,
      executor,
      optimizer: sgd({ learningRate: 1e-30 }),
    })
    const { outputs } = await evaluate(model, oneHot, { metrics: all, loss })
    const [{ metrics } = {}] = Object.values(outputs)
    for (const name of names)
      expect(metrics?.[name], name).toBeCloseTo(history[name as 'auc']?.[0] as number, 6)
  },
)

test('metrics change no weight, and a run continues within an epoch to the same metrics', async () => {
  const options = { epochs: 2, batchSize: 5, metrics: all, executor: 'eager' as const }
  const whole = await fit(smallClassifier(), dataset, options)
  const plain = await fit(smallClassifier(), dataset, { ...options, metrics: [] })
  expect(whole.state().weights).toEqual(plain.state().weights)
  const stop = new AbortController()
  let state: TrainingState | undefined
  for await (const event of train(smallClassifier(), dataset, { ...options, signal: stop.signal })) {
    if (event.type === 'progress' && event.step > 0) stop.abort()
    if (event.type === 'done') state = event.state()
  }
  expect(state?.step).toBeGreaterThan(0)
  const stored = decodeTrainingState(encodeTrainingState(state as TrainingState))
  const continued = await fit(smallClassifier(), dataset, { ...options, resume: stored })
  expect(continued.history).toEqual(whole.history)
  const met = await refusal(() =>
    fit(smallClassifier(), dataset, { ...options, metrics: [], resume: stored }),
  )
  expect(met.message).toMatch(/the run started with metrics .*auc.*, but now it is none/)
})

const absolute = (targets: tf.Tensor, outputs: tf.Tensor) => tf.mean(tf.abs(tf.sub(targets, outputs)), -1)
const squared = (targets: tf.Tensor, outputs: tf.Tensor) => tf.mean(tf.square(tf.sub(targets, outputs)), -1)

test('a loss and a metric of functions equal the named ones; the note says why it trains in eager', async () => {
  const table = smallTable(20)
  const sampleWeight = Float32Array.from({ length: 20 }, (_, i) => (i % 4) / 2)
  const options = { epochs: 3, batchSize: 6, sampleWeight, validation: smallTable(9, 1) }
  const named = await fit(smallRegressor(), table, { ...options, executor: 'eager', loss: 'mse' })
  const own = await fit(smallRegressor(), table, { ...options, loss: squared, metrics: [absolute] })
  expect(own.executor).toBe('eager')
  expect(own.notes).toEqual(['compiled: the loss is a function of your own'])
  for (const name of ['loss', 'mae', 'val_loss', 'val_mae'] as const)
    named.history[name]?.forEach((value, i) => expect(own.history[name]?.[i], name).toBeCloseTo(value, 5))
  const history = own.history as Record<string, number[]>
  own.history.mae?.forEach((value, i) => expect(history['absolute']?.[i]).toBeCloseTo(value, 6))
  own.history.val_mae?.forEach((value, i) => expect(history['val_absolute']?.[i]).toBeCloseTo(value, 6))
})

const entropy = (labels: tf.Tensor, outputs: tf.Tensor) =>
  tf.neg(tf.log(tf.sum(tf.mul(tf.oneHot(labels as tf.Tensor1D, 3), outputs), -1)))

test('a loss of a function trains a classifier from class indices as cross-entropy does', async () => {
  const options = { epochs: 2, batchSize: 8, executor: 'eager' as const }
  const named = await fit(smallClassifier(), dataset, options)
  const own = await fit(smallClassifier(), dataset, { ...options, loss: entropy })
  for (const [name, values] of Object.entries(named.history))
    values.forEach((value, i) => expect(own.history[name as 'loss']?.[i], name).toBeCloseTo(value, 4))
})

test('a metric of a function is measured in the compiled executor too, and can stop the run', async () => {
  const most = { name: 'most', compute: (_: tf.Tensor, outputs: tf.Tensor) => tf.max(outputs, -1) }
  const { executor, history, bestEpoch } = await fit(smallClassifier(), dataset, {
    epochs: 2,
    metrics: [most],
    earlyStopping: { monitor: 'val_most', mode: 'max', patience: 5 },
  })
  expect(executor).toBe('compiled')
  const [first, second] = (history as Record<string, number[]>)['val_most'] as [number, number]
  expect(bestEpoch).toBe(second > first ? 1 : 0)
})

test.each<[MetricsOption, RegExp]>([
  [['presicion'], /"presicion" is unknown. Did you mean precision\?/],
  [['auc', 'AUC'], /two metrics `auc`/],
  [['accuracy'], /"accuracy" is unknown/],
  [[3 as never], /each must be a name/],
  ['auc' as never, /must be a list/],
  [{ nowhere: ['auc'] }, /no output `nowhere`/],
  [[{ name: 'auc', k: 3 }], /there is no option `k`/],
  [[{ name: 'topKCategoricalAccuracy', k: 0 }], /`k` \(=0\).* must be a whole number of at least 1/],
  [[{ name: 'precision', threshold: 2 }], /`threshold` \(=2\).* from 0 to 1/],
  [[{ name: 'recall', classId: 3 }], /`classId` \(=3\).* from 0 to 2/],
  [[() => tf.scalar(1)], /a function needs a name/],
])('%j is an error', async (metrics, message) => {
  expect((await refusal(() => train(smallClassifier(), images, { metrics }))).message).toMatch(message)
})

test('a regressor has no precision, and a function must return a value for each sample', async () => {
  const table = smallTable(8)
  expect((await refusal(() => train(smallRegressor(), table, { metrics: ['precision'] }))).message).toMatch(
    /precision needs probabilities/,
  )
  const met = await refusal(() => fit(smallRegressor(), table, { loss: (_, outputs) => outputs }))
  expect(met.code).toBe('TRAINER_BAD_FUNCTION')
  expect(met.message).toMatch(/shape \[8\].*It returned a tensor of shape \[8, 2\]/)
})
