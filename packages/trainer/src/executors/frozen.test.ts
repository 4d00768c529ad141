import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fit } from '../fit.ts'
import { images } from '../testing/running.ts'
import { drawWeights } from '../testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const { layers } = tfl

function withNested(): { model: tfl.Sequential; base: tfl.Sequential } {
  const base = tfl.sequential({
    name: 'base',
    layers: [layers.dense({ units: 6, activation: 'relu', inputShape: [4, 5] }), layers.batchNormalization()],
  })
  const model = tfl.sequential({
    layers: [base, layers.flatten(), layers.dense({ units: 3, activation: 'softmax' })],
  })
  return { model: drawWeights(model, 1), base }
}

const valuesOf = ({ weights }: Pick<tfl.LayersModel, 'weights'>) =>
  weights.map((weight) => [...weight.read().dataSync()])

test.each(['compiled', 'eager'] as const)(
  '%s: a BatchNormalization in a frozen model keeps its moving averages, as in Keras',
  async (executor) => {
    const { model, base } = withNested()
    base.trainable = false
    const before = valuesOf(base)
    const [, , head] = model.layers as [unknown, unknown, tfl.LayersModel]
    const drawn = valuesOf(head)
    await fit(model, images, { epochs: 1, executor })
    expect(valuesOf(base)).toEqual(before)
    expect(valuesOf(head)).not.toEqual(drawn)
  },
)

test.each(['compiled', 'eager'] as const)(
  '%s: moving averages change in a model that is not frozen',
  async (executor) => {
    const { model, base } = withNested()
    const before = valuesOf(base)
    await fit(model, images, { epochs: 1, executor })
    valuesOf(base).forEach((values, i) => expect(values).not.toEqual(before[i]))
  },
)
