import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { conv1d } from '@treadle/keras/extensions'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fit } from '../fit.ts'
import { collect, images, refusal } from '../testing/running.ts'
import { drawWeights } from '../testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

/** Layers named `odd` that the compiler does not support, on values of shape [4, 5]. */
const cases: [string, (x: Symbol) => Symbol, reason: string][] = [
  [
    'a layer without a rule',
    (x) =>
      layers
        .simpleRNN({ units: 3, recurrentInitializer: 'zeros', returnSequences: true, name: 'odd' })
        .apply(x) as Symbol,
    'there is no rule for SimpleRNN',
  ],
  [
    'a convolution of groups',
    (x) => conv1d({ filters: 5, kernelSize: 2, groups: 5, name: 'odd' }).apply(x) as Symbol,
    '`groups` (=5) is not supported',
  ],
  [
    'noise that samples share',
    (x) => layers.dropout({ rate: 0.5, noiseShape: [1, 4, 5], name: 'odd' }).apply(x) as Symbol,
    '`noiseShape` (=[1,4,5]) must begin with null: samples do not share a mask',
  ],
]

function modelOf(layer: (x: Symbol) => Symbol): tfl.LayersModel {
  const input = tfl.input({ shape: [4, 5] })
  const flat = layers.flatten().apply(layer(input))
  const outputs = layers.dense({ units: 3, activation: 'softmax' }).apply(flat) as Symbol
  return drawWeights(tfl.model({ inputs: input, outputs }), 1)
}

describe.each(cases)('%s', (_, layer, reason) => {
  test("executor 'auto' uses the eager executor, and notes the layer and the reason", async () => {
    const events = await collect(modelOf(layer), images, { epochs: 1 })
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['progress', 'done']))
    for (const event of events) {
      if (event.type === 'epoch') continue
      expect(event.executor).toBe('eager')
      expect(event.notes).toEqual([expect.stringContaining(`compiled: layer \`odd\`: ${reason}`)])
      expect(event.notes[0]).not.toMatch(/\.$/)
      if (event.type === 'done') expect(event.history.loss.every(Number.isFinite)).toBe(true)
    }
  })

  test("executor 'compiled' throws an error with the reason and the next action", async () => {
    const met = await refusal(() => fit(modelOf(layer), images, { epochs: 1, executor: 'compiled' }))
    expect(met).toMatchObject({ code: 'TRAINER_EXECUTOR_REFUSED' })
    expect(met.message).toContain(
      `executor 'compiled' cannot train this model: compiled: layer \`odd\`: ${reason}`,
    )
    expect(met.message).toMatch(/[^.]\. Use executor 'auto', or 'eager'\.$/)
  })
})

test.each<[string, (x: Symbol) => Symbol, reason: string]>([
  [
    'a dilated convolution',
    (x) => layers.conv1d({ filters: 2, kernelSize: 2, dilationRate: 2, name: 'odd' }).apply(x) as Symbol,
    '`dilationRate` (=[1, 2]) has no gradient in TensorFlow.js',
  ],
])("executor 'eager' names a layer that TensorFlow.js cannot train: %s", async (_, layer, reason) => {
  const met = await refusal(() => fit(modelOf(layer), images, { epochs: 1, executor: 'eager' }))
  expect(met).toMatchObject({ code: 'TRAINER_EXECUTOR_REFUSED' })
  expect(met.message).toContain(`eager: layer \`odd\`: ${reason}`)
  expect(met.message).toMatch(/ Use executor 'auto', or change the model\.$/)
})

test('every executor refuses a Softmax of TensorFlow.js along another axis than the last, whose default axis is 1', async () => {
  for (const executor of ['auto', 'compiled', 'eager'] as const) {
    const model = modelOf((x) => layers.softmax({ name: 'odd' }).apply(x) as Symbol)
    const met = await refusal(() => fit(model, images, { epochs: 1, executor }))
    expect(met).toMatchObject({ code: 'TRAINER_EXECUTOR_REFUSED' })
    expect(met.message).toContain(
      'layer `odd`: `axis` (=1) must be the last for TensorFlow.js: make the layer with `softmax` of @treadle/keras/extensions',
    )
  }
})

test('images are no data for a model with two inputs', async () => {
  const inputs = [tfl.input({ shape: [20] }), tfl.input({ shape: [20] })]
  const outputs = layers
    .dense({ units: 3, activation: 'softmax' })
    .apply(layers.concatenate().apply(inputs)) as Symbol
  for (const executor of ['auto', 'compiled', 'eager'] as const) {
    const met = await refusal(() => fit(tfl.model({ inputs, outputs }), images, { executor }))
    expect(met).toMatchObject({
      code: 'TRAINER_UNSUPPORTED_MODEL',
      message:
        "model: has 2 inputs and 1 outputs. Give its data as { kind: 'arrays', inputs, targets, count }.",
    })
  }
})

test('a layer of an operation without a gradient is an error that names layer and operation', async () => {
  class Compares extends layers.Layer {
    static className = 'Compares'
    override computeOutputShape(shape: number[]) {
      return shape
    }
    override call(x: tf.Tensor | tf.Tensor[]) {
      return tf.tidy(() => tf.cast(tf.greater([x].flat()[0] as tf.Tensor, 0), 'float32'))
    }
  }
  const model = modelOf(
    (x) => new Compares({ name: 'odd' }).apply(layers.dense({ units: 5 }).apply(x)) as Symbol,
  )
  const { code, message } = await refusal(() => fit(model, images, { epochs: 1 }))
  expect(code).toBe('TRAINER_NO_GRADIENT')
  expect(message).toMatch(/operation Greater has no gradient .* layer `odd` \(Compares\)/)
})
