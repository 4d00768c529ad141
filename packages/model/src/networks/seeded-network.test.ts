import { engine } from '@tensorflow/tfjs-core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { multilayerPerceptron } from './multilayer-perceptron.ts'
import { residualNetwork } from './residual-network.ts'
import { wideAndDeepRegressor } from './wide-and-deep-regressor.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

const shape = { seed: 1, outputs: 10, dropout: 0.1 }

test.each<[string, () => unknown]>([
  ['an input', () => wideAndDeepRegressor({ seed: 1, inputShape: [2 ** 31], units: [2, 2] })],
  ['units', () => wideAndDeepRegressor({ seed: 1, units: [2, Number.MAX_SAFE_INTEGER] })],
  ['layers', () => multilayerPerceptron({ ...shape, inputShape: [28, 28], depth: 50, width: 4096 })],
  [
    'channels',
    () =>
      residualNetwork({
        ...shape,
        name: 'resnet',
        inputShape: [28, 28],
        stages: 3,
        depth: 50,
        width: 4096,
        kernelInitializer: 'dirac',
      }),
  ],
])('too many or too large %s are an error before memory is taken, and nothing is left', (_, build) => {
  const before = { variables: Object.keys(engine().state.registeredVariables), ...engine().memory() }
  const bytes = process.memoryUsage().rss
  expect(build).toThrowError(
    expect.objectContaining({
      code: 'MODEL_BAD_OPTION',
      message: expect.stringMatching(/ parameters or more/),
    }),
  )
  expect(process.memoryUsage().rss - bytes).toBeLessThan(100e6)
  expect({ variables: Object.keys(engine().state.registeredVariables), ...engine().memory() }).toEqual(before)
})
