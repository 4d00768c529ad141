import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { prepareRun } from '../run.ts'
import { smallClassifier, smallImages } from '../testing/small.ts'
import { eager } from './eager/eager.ts'
import type { ExecutorFactory, Refusal } from './executor.ts'
import { selectExecutor } from './select.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

/** A compiled executor that refuses, or does not. */
const compiled = (refusal?: Refusal): ExecutorFactory => ({
  ...eager,
  name: 'compiled',
  refusal: () => refusal,
})
const plan = () => prepareRun(smallClassifier(), smallImages(9), {}).plan

test('auto takes the first that does not refuse, and notes why others do', () => {
  expect(selectExecutor(plan(), 'auto', [compiled(), eager])).toMatchObject({
    factory: { name: 'compiled' },
    notes: [],
  })
  const refusing = compiled({ layer: 'lstm_1', reason: 'LSTM is not compiled' })
  expect(selectExecutor(plan(), 'auto', [refusing, eager])).toMatchObject({
    factory: { name: 'eager' },
    notes: ['compiled: layer `lstm_1`: LSTM is not compiled'],
  })
})

test('an executor asked for by name is taken, or fails with its reason', () => {
  expect(selectExecutor(plan(), 'eager', [compiled(), eager]).factory.name).toBe('eager')
  const refusing = compiled({ layer: 'lstm_1', reason: 'LSTM is not compiled' })
  expect(() => selectExecutor(plan(), 'compiled', [refusing, eager])).toThrow(
    "executor 'compiled' cannot train this model: compiled: layer `lstm_1`: LSTM is not compiled. Use executor 'auto', or 'eager'.",
  )
  expect(() => selectExecutor(plan(), 'compiled', [eager])).toThrow("this version has no executor 'compiled'")
})
