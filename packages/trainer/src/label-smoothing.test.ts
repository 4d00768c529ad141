import * as tf from '@tensorflow/tfjs-core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import fixture from '../test/fixtures/label-smoothing.json' with { type: 'json' }
import { evaluate, fit, train, type LossOption } from './index.ts'
import { score } from './losses/score.ts'
import { dataset, images, refusal } from './testing/running.ts'
import { smallClassifier, smallRegressor, smallTable } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

test.each(fixture.cases)(
  `$loss with $labelSmoothing: loss and gradient within 1e-6 of Keras ${fixture.keras}'s`,
  ({ loss, labelSmoothing, units, logits, targets, mean, gradient }) => {
    const sparse = loss === 'sparseCategoricalCrossentropy'
    const activation = loss === 'binaryCrossentropy' ? 'sigmoid' : 'softmax'
    const head = { units, activation, loss, metric: 'accuracy', labelSmoothing } as Parameters<
      typeof score
    >[0]
    const slope = new Float32Array(logits.length)
    const y = sparse ? Int32Array.from(targets) : Float32Array.from(targets)
    const found = score(head, Float32Array.from(logits), y, undefined, slope)
    expect(found.loss / (logits.length / units)).toBeCloseTo(mean, 6)
    gradient.forEach((value, i) => expect(slope[i]).toBeCloseTo(value, 6))
  },
)

test('both executors agree in training and validation', async () => {
  const loss = { labelSmoothing: 0.2 }
  const results = await Promise.all(
    (['compiled', 'eager'] as const).map((executor) =>
      fit(smallClassifier(), dataset, { epochs: 1, executor, loss, optimizer: 'sgd' }),
    ),
  )
  const [compiled, eager] = results.map(({ history }) => history)
  expect(compiled?.loss[0]).toBeCloseTo(eager?.loss[0] as number, 5)
  expect(compiled?.val_loss?.[0]).toBeCloseTo(eager?.val_loss?.[0] as number, 5)
  const model = smallClassifier()
  const smoothed = await evaluate(model, images, { loss })
  const plain = await evaluate(model, images)
  expect(smoothed.loss).not.toBeCloseTo(plain.loss, 3)
  expect(smoothed.accuracy).toBe(plain.accuracy)
})

test('a run does not resume with a different smoothing', async () => {
  const state = (await fit(smallClassifier(), images, { epochs: 1, loss: { labelSmoothing: 0.1 } })).state()
  const met = await refusal(() => fit(smallClassifier(), images, { epochs: 2, resume: state }))
  expect(met.message).toContain('label smoothing 0.1, but now it is 0')
})

test.each<[LossOption, RegExp]>([
  [{ labelSmoothing: 1 }, /`labelSmoothing` \(=1\) must be at least 0 and less than 1/],
  [{ name: 'mse', labelSmoothing: 0.1 }, /is for a cross-entropy, but the loss is meanSquaredError/],
  [{ labelsmoothing: 0.1 } as never, /there is no option `labelsmoothing`. Did you mean `labelSmoothing`\?/],
])('%j is an error', async (loss, message) => {
  const met = await refusal(() => train(smallRegressor(), smallTable(8), { loss }))
  expect(met.message).toMatch(message)
})
