import type { PublishedResult } from '@treadle/core'
import { expect, test } from 'vitest'
import { type RunReport, describeRun } from '@treadle/report'
import { testContext } from '../../test/test-context.ts'
import { createUi } from '../terminal/ui.ts'
import { renderResult } from './print.ts'

const history = { loss: [0.7], accuracy: [0.7], val_loss: [0.6], val_accuracy: [0.75] }
const classes = [
  { precision: 0.8, recall: 0.7, f1: 0.75, support: 2 },
  { precision: 0.7, recall: 0.8, f1: 0.75, support: 2 },
]
const test4 = {
  kind: 'classifier' as const,
  classNames: ['Shirt', 'Bag'],
  loss: 0.6,
  labels: Int32Array.of(0, 0, 1, 1),
  probabilities: Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6),
}

const example: RunReport = {
  model: { name: 'model', layers: [], parameters: { total: 870, trainable: 870, nonTrainable: 0 } },
  dataset: { name: 'Fashion-MNIST', source: { kind: 'system', sha256: {} }, train: 6, test: 4 },
  backend: { name: 'treadle-wasm', simd: true, threads: 2 },
  executor: 'compiled',
  seed: 1,
  epochs: 1,
  batchSize: 32,
  options: { optimizer: 'adam' },
  stopped: 'finished',
  seconds: 12.5,
  history,
  test: test4,
  versions: {},
  command: 'treadle train --seed 1',
}

/** As much of a run's record as the result shows. */
const recordOf = (metrics: Record<string, number>) => ({ test: metrics, seconds: 12.5 })

function rendered(published: number | undefined, quiet = false): string {
  const reference: PublishedResult | undefined =
    published === undefined ? undefined : { name: 'The paper', history, classes, accuracy: published }
  const report: RunReport = { ...example, ...(reference !== undefined && { reference }) }
  const run = { record: recordOf({ accuracy: 0.75, loss: 0.6 }), location: '/runs/one' }
  return renderResult(run, describeRun(report), createUi({ quiet }, testContext({ cwd: '/runs' })))
}

test('the confusions are in words', () => {
  expect(rendered(undefined)).toContain('Shirt predicted as Bag: 1 of 2')
  expect(rendered(undefined)).not.toContain('baseline')
})

test.each([
  [0.75, 'accuracy of 75.00 %. This run is equal to the baseline.'],
  [0.7, 'accuracy of 70.00 %. This run is 5.00 percentage points higher.'],
  [0.78, 'accuracy of 78.00 %. This run is 3.00 percentage points lower.'],
])('it compares with a published accuracy of %f', (published, words) => {
  const text = rendered(published).replaceAll(/\s+/g, ' ')
  expect(text).toContain(`The baseline (The paper) has a test ${words}`)
  expect(text).toContain('Each epoch is compared with the same epoch of the baseline: The paper')
  expect(text).toContain('Compared with the baseline (The paper)')
})

test('--quiet leaves one line', () => {
  expect(rendered(0.75, true)).toBe('accuracy 0.7500  loss 0.6000  one\n')
})

test('a regressor’s metrics have their names', () => {
  const predictions = {
    kind: 'regressor' as const,
    targetName: 'value',
    loss: 1,
    targets: Float32Array.of(1, 2),
    predictions: Float32Array.of(1, 3),
  }
  const report: RunReport = { ...example, history: { loss: [1], mae: [1] }, test: predictions }
  const run = { record: recordOf({ loss: 0.5, mae: 0.5, rmse: 0.75, r2: -1 }), location: '/runs/one' }
  const text = renderResult(run, describeRun(report), createUi({}, testContext()))
  expect(text).toContain('MAE 0.5000  RMSE 0.7500  R² -1.0000')
  expect(text).not.toContain('Confusion')
})
