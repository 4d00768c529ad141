import type { PublishedResult } from '@treadle/core'
import { expect, test } from 'vitest'
import { exampleRecord } from '../../test/run-record.ts'
import { testContext } from '../../test/test-context.ts'
import { createUi } from '../terminal/ui.ts'
import { renderResult } from './print.ts'
import { toRunReport } from './run-report.ts'

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

function rendered(published: number | undefined, quiet = false): string {
  const reference: PublishedResult | undefined =
    published === undefined ? undefined : { name: 'The paper', history, classes, accuracy: published }
  const record = exampleRecord({
    dataset: { ...exampleRecord().dataset, source: { kind: 'system', sha256: {} } },
  })
  const report = toRunReport(record, { history, test: test4, reference })
  return renderResult(
    report,
    { accuracy: 0.75, loss: 0.6 },
    '/runs/one',
    createUi({ quiet }, testContext({ cwd: '/runs' })),
  )
}

test('the confusions are told in words', () => {
  expect(rendered(undefined)).toContain('Shirt taken for Bag: 1 time')
  expect(rendered(undefined)).not.toContain('beside')
})

test.each([
  [0.75, 'accuracy 0.7500, the same'],
  [0.7, 'accuracy 0.7000, 5.00 points lower'],
  [0.78, 'accuracy 0.7800, 3.00 points higher'],
])('a published accuracy of %f stands beside', (published, words) => {
  const text = rendered(published)
  expect(text).toContain(`The paper: ${words}`)
  expect(text).toContain('Every epoch beside The paper')
  expect(text).toContain('Every class beside The paper')
})

test('--quiet leaves one line', () => {
  expect(rendered(0.75, true)).toBe('accuracy 0.7500  loss 0.6000  one\n')
})

test('a regressor’s figures have their names', () => {
  const answers = {
    kind: 'regressor' as const,
    targetName: 'value',
    loss: 1,
    targets: Float32Array.of(1, 2),
    predictions: Float32Array.of(1, 3),
  }
  const report = toRunReport(exampleRecord(), { history: { loss: [1], mae: [1] }, test: answers })
  const text = renderResult(
    report,
    { loss: 0.5, mae: 0.5, rmse: 0.75, r2: -1 },
    '/runs/one',
    createUi({}, testContext()),
  )
  expect(text).toContain('MAE 0.5000  RMSE 0.7500  R² -1.0000')
  expect(text).not.toContain('Confusion')
})
