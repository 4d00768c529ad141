import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { loadModel } from '@treadle/model'
import { sgd } from '@treadle/optim'
import { afterEach, beforeAll, expect, test } from 'vitest'
import fixture from '../../test/fixtures/keras-activity.json' with { type: 'json' }
import { evaluate, fit } from '../index.ts'
import { kerasValues as values } from '../testing/keras-values.ts'
import { singleStep } from '../testing/single-step.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

const ROWS = 6
const targets = Float32Array.from({ length: 3 * ROWS }, (_, i) => Number(Math.floor(i / 3) % 3 === i % 3))
const samples = {
  kind: 'arrays' as const,
  inputs: [values(ROWS * 72, 2000)],
  targets: [targets],
  count: ROWS,
}
const bytesOf = (text: string) => Uint8Array.from(atob(text), (c) => c.codePointAt(0) as number).buffer

/** The network of scripts/activity.py as a file of tensorflowjs_converter has it. */
const network = () =>
  loadModel(
    tf.io.fromMemory({
      modelTopology: { keras_version: fixture.keras, model_config: fixture.topology },
      weightSpecs: fixture.specs.map((spec) => ({ ...spec, dtype: 'float32' as const })),
      weightData: bytesOf(fixture.initial),
    }),
  )

/** Weights in Keras's order, by name. */
function inOrder(model: LayersModel, all: string): Float32Array[] {
  const floats = new Float32Array(bytesOf(all))
  let from = 0
  const byName = new Map(
    fixture.specs.map(({ name, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1)
      return [name, floats.subarray(from, (from += size))]
    }),
  )
  return model.weights.map(({ originalName }) => byName.get(originalName) as Float32Array)
}

test.each(['compiled', 'eager'] as const)(
  '%s: the losses and weights of steps with activity regularizers are those of Keras 3.15 to 1e-5',
  async (executor) => {
    const model = await network()
    let weights: readonly Float32Array[] = inOrder(model, fixture.initial)
    for (const [t, expected] of fixture.steps.entries()) {
      const found = await singleStep({
        model,
        executor,
        optimizer: sgd({ learningRate: 0.1 }),
        loss: 'categoricalCrossentropy',
        weights,
        slots: {},
        t,
        batch: { x: values(ROWS * 72, 1000 + t), y: targets },
      })
      expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5)
      ;({ weights } = found)
      for (const [i, own] of inOrder(model, expected.weights).entries())
        for (const [j, value] of own.entries())
          expect(Math.abs((weights[i]?.[j] as number) - value), `${i}, step ${t}`).toBeLessThan(1e-5)
    }
  },
)

test.each(['compiled', 'eager'] as const)(
  '%s: the loss of a validation, and of an evaluation of the trained model, contains them',
  async (executor) => {
    const model = await network()
    model.setWeights(
      inOrder(model, (fixture.steps.at(-1) as { weights: string }).weights).map((own, i) =>
        tf.tensor(own, model.weights[i]?.shape as number[]),
      ),
    )
    const { loss } = await evaluate(model, samples, { loss: 'categoricalCrossentropy', batchSize: 4 })
    expect(Math.abs(loss - fixture.evaluation)).toBeLessThan(1e-5)
    const { history } = await fit(model, samples, {
      epochs: 1,
      batchSize: 4,
      executor,
      loss: 'categoricalCrossentropy',
      optimizer: sgd({ learningRate: 1e-9 }),
      validation: samples,
    })
    const after = await evaluate(model, samples, { loss: 'categoricalCrossentropy' })
    expect(Math.abs((history.val_loss?.[0] as number) - after.loss)).toBeLessThan(1e-5)
  },
)
