import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type RecipeInput, resumeRun, runRecipe } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const recipe = (training: object, more: object = {}): RecipeInput => ({
  model: 'wide-and-deep',
  data: 'sample',
  training: { epochs: 2, ...training },
  ...more,
})

const sha256Of = async (input: RecipeInput) =>
  (await runRecipe(input, { reports: [] })).run.record.weightsSha256

// These values do not change: a seed gives the same weights in every version.
const SEED_1 = '429750d20106105c233b7a203d57e1f08474ff03c6d1b59e2b557f7b844563c5'

test.each([1, 2, 3, 8])('seed 1 on the sample gives the same weights with %i threads', async (threads) => {
  expect(await sha256Of(recipe({ seed: 1, threads }))).toBe(SEED_1)
})

test('a run that is stopped within an epoch and continued ends with the same weights', async () => {
  const directory = join(await temporaryFolder(), 'run')
  const controller = new AbortController()
  const first = await runRecipe(recipe({ seed: 1, threads: 2 }), {
    directory,
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'progress' && event.epoch === 1) controller.abort()
    },
  })
  expect(first.stopped).toBe('aborted')
  expect(first.state().epoch).toBe(1)
  const { run, stopped } = await resumeRun(directory, { threads: 1 })
  expect(stopped).toBe('finished')
  expect(run.record.weightsSha256).toBe(SEED_1)
})

test.each([
  [
    recipe(
      { seed: 7, batchSize: 50 },
      {
        model: { name: 'wide-and-deep', units: [64, 32], dropout: 0.2 },
        data: { name: 'sample', validation: 0.1 },
        optimizer: { name: 'adamw', learningRate: 0.002 },
      },
    ),
    'ecff115355d758135b8f56306e8d013b8e5aaaba6c7d943e8594933626d1642f',
  ],
  [
    recipe({ seed: 3 }, { optimizer: 'sgd' }),
    'ff1d437a322339b53fb817b797571457794d99bcc203aea7066aab545ddbdc35',
  ],
  [
    recipe({ seed: 3, epochs: 1, executor: 'eager' }),
    '467354eb8cf4033b33e88d2d8b8da6738e488f7c543416a10cc9cd9ceedee719',
  ],
])('%j gives the same weights in every version', async (input, weightsSha256) => {
  expect(await sha256Of(input)).toBe(weightsSha256)
})
