import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needsPython, runPython, skipsWithoutPython } from '../../../../test/support/python.ts'
import { differencesOfSteps, freeDifference, type KerasRun } from '../../src/testing/keras-runs.ts'
import { executors } from './executors.ts'

/** A network of 16 and more channels and filters. Its states are too large for a fixture. */
describe.skipIf(skipsWithoutPython)(`Winograd's convolutions against Keras${needsPython}`, () => {
  let keras: KerasRun
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await startRuntime({ threads: 1 })
    const folder = mkdtempSync(join(tmpdir(), 'treadle-keras-'))
    try {
      const path = join(folder, 'wide.json')
      runPython(fileURLToPath(new URL('../../scripts/shared_steps.py', import.meta.url)), path, 'wide')
      keras = (JSON.parse(readFileSync(path, 'utf8')) as { wide: KerasRun }).wide
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 120_000)
  afterAll(async () => {
    tf.disposeVariables()
    await runtime.dispose()
  })

  test.each(executors)(
    '%s: each of 50 steps has its loss and trained weights to 1e-5, and its moving averages to 1e-6',
    async (executor) => {
      for (const step of await differencesOfSteps('wide', keras, executor)) {
        expect(step.loss).toBeLessThan(1e-5)
        expect(step.trained).toBeLessThan(1e-5)
        expect(step.averages).toBeLessThan(1e-6)
      }
    },
    60_000,
  )

  test.each(executors)(
    '%s: the losses of 50 steps in a run from the same weights, median over 5 seeds',
    async (executor) => {
      const differences = []
      for (let seed = 1; seed <= 5; seed++)
        differences.push(await freeDifference('wide', keras, executor, seed))
      expect(differences.toSorted((x, y) => x - y)[2], String(differences)).toBeLessThan(1e-5)
    },
    60_000,
  )
})
