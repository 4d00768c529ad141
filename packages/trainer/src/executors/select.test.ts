import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Runtime } from '@treadle/runtime'
import { prepareRun } from '../run.ts'
import { smallClassifier, smallImages } from '../testing/small.ts'
import { eager } from './eager/eager.ts'
import type { ExecutorFactory, Refusal } from './executor.ts'
import { selectExecutor } from './select.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

/** A compiled executor that supports the plan unless a reason is given. */
const compiled = (refusal?: Refusal): ExecutorFactory => ({
  ...eager,
  name: 'compiled',
  refusal: () => refusal,
})
const plan = () => prepareRun(smallClassifier(), smallImages(9), {}).plan

test('auto selects the first executor that supports the plan, and notes the reasons of the others', () => {
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

test('eager refuses a runtime with wide SIMD, where no operation of tfjs may run', () => {
  const wide = { ...plan(), runtime: { wideSimd: true } as Runtime }
  const refusing = compiled({ layer: 'lstm_1', reason: 'LSTM is not compiled' })
  expect(() => selectExecutor(wide, 'auto', [refusing, eager])).toThrow(
    /compiled: layer `lstm_1`: LSTM is not compiled; eager: the runtime has wide SIMD/,
  )
})

test('an executor is selected by name, or the error gives the reason', () => {
  expect(selectExecutor(plan(), 'eager', [compiled(), eager]).factory.name).toBe('eager')
  const refusing = compiled({ layer: 'lstm_1', reason: 'LSTM is not compiled' })
  expect(() => selectExecutor(plan(), 'compiled', [refusing, eager])).toThrow(
    "executor 'compiled' cannot train this model: compiled: layer `lstm_1`: LSTM is not compiled. Use executor 'auto', or 'eager'.",
  )
  expect(() => selectExecutor(plan(), 'compiled', [eager])).toThrow("this version has no executor 'compiled'")
})
