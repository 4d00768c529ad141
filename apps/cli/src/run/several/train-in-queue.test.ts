import { type Recipe, parseRecipe } from '@treadle/experiment/recipe'
import type { TrialQueue } from '@treadle/queue'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { runRecipe } from '@treadle/experiment'
import { expect, test } from 'vitest'
import { temporaryFolder, testContext } from '../../../test/test-context.ts'
import { tinyDataFolder } from '../../../test/tiny-data.ts'
import { withoutPassword } from '../../arguments/queue-args.ts'
import { createUi } from '../../terminal/ui.ts'
import { trainInQueue } from './train-in-queue.ts'

const ui = async () => createUi({ json: false, quiet: true }, testContext({ cwd: await temporaryFolder() }))
const recipeOf = async (seed: number): Promise<Recipe> =>
  parseRecipe({
    model: { name: 'wide-and-deep', units: [2] },
    data: await tinyDataFolder(),
    training: { epochs: 1, batchSize: 8, seed },
  })

const queueOf = (runTrial: TrialQueue['runTrial']): TrialQueue => ({
  capacity: async () => 1,
  runTrial,
  close: async () => {},
})

test('the error of one run ends the others, and is thrown', async () => {
  const running = new EventEmitter()
  const started = once(running, 'start')
  let ended = false
  const queue = queueOf(async ({ recipe, signal }) => {
    if (recipe.training.seed === 2) {
      await started
      throw new Error('seed 2')
    }
    running.emit('start')
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))
    ended = true
    throw signal?.reason
  })
  const recipes = new Map([
    ['seed-1', await recipeOf(1)],
    ['seed-2', await recipeOf(2)],
  ])
  await expect(trainInQueue(queue, recipes, await ui())).rejects.toThrow('seed 2')
  expect(ended).toBe(true)
})

test('a stopped command puts no run into the queue', async () => {
  let jobs = 0
  const queue = queueOf(async () => {
    jobs += 1
    throw new Error('a job')
  })
  const context = { ...testContext({ cwd: await temporaryFolder() }), signal: AbortSignal.abort() }
  const recipes = new Map([['new', await recipeOf(1)]])
  await trainInQueue(queue, recipes, createUi({ json: false, quiet: true }, context))
  expect(jobs).toBe(0)
})

test('a folder with a run of other settings is refused before the first job', async () => {
  const directory = join(await temporaryFolder(), 'run')
  await runRecipe(await recipeOf(1), { directory, reports: [] })
  let jobs = 0
  const queue = queueOf(async () => {
    jobs += 1
    throw new Error('a job')
  })
  const recipes = new Map([['other', await recipeOf(1)]]).set(directory, await recipeOf(2))
  await expect(trainInQueue(queue, recipes, await ui())).rejects.toMatchObject({ code: 'CLI_OTHER_RECIPE' })
  expect(jobs).toBe(0)
})

test('the address of a queue is shown without its password', () => {
  expect(withoutPassword('rediss://me:p@ss@queue:1/2')).toBe('rediss://queue:1/2')
  expect(withoutPassword('redis://queue')).toBe('redis://queue')
})
