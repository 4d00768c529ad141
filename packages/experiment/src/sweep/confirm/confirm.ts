import { join, relative } from 'node:path'
import { spreadOf, studentInterval } from '@treadle/metrics'
import type { Recipe } from '../../recipe/schema.ts'
import type { RunLogger } from '../../loggers/logger.ts'
import { splitSeed } from '../../recipe/split-seed.ts'
import { loadRunData } from '../../run/load-data.ts'
import type { RunOptions } from '../../run/options.ts'
import { resumeRun } from '../../run/run-recipe.ts'
import { openRun } from '../../store/open-run.ts'
import type { Run } from '../../store/run.ts'
import type { SweepEvent } from '../events.ts'
import { trialRecipe } from '../parse.ts'
import { TrialData, type TrialRemote, runTrial } from '../run-trial.ts'
import type { Sweep } from '../schema.ts'
import { type SweepTrial, objectiveOf } from '../trial.ts'
import { type Confirmation, readConfirmations, writeConfirmations } from './record.ts'
import { trainAll } from './train-all.ts'

interface Task extends Pick<RunOptions, 'loggers' | 'signal'> {
  readonly sweep: Sweep
  /** Of the sweep. */
  readonly folder: string
  /** The trial to confirm. */
  readonly trial: SweepTrial
  /** Number of runs. */
  readonly seeds: number
  /** Trains the runs; this process unless given. */
  readonly remote: TrialRemote | undefined
  readonly onEvent: ((event: SweepEvent) => unknown) | undefined
}

/**
 * Trains the recipe of a trial again with other seeds, and then tests the models, once. A trial that is confirmed already
 * is not tested again. After a stop it continues, to the same bits.
 * @returns whether the signal stopped it
 * @throws what a run throws
 */
export async function confirm({ sweep, folder, trial, seeds, onEvent, ...task }: Task): Promise<boolean> {
  const before = await readConfirmations(folder)
  const known = before.find((each) => each.trial === trial.number)
  await onEvent?.({ type: 'confirm', trial, seeds, ...(known && { known }) })
  if (known) return false
  const { signal, loggers = [], remote } = task
  const options = (seed: number): RunOptions => ({
    loggers,
    ...(signal && { signal }),
    onEvent: (event) => onEvent?.({ type: 'confirm-run', seed, event }),
  })
  const data = new TrialData((recipe) => {
    const tell = options(recipe.training.seed).onEvent
    return loadRunData(recipe, {
      ...(signal && { signal }),
      onProgress: (progress) => void tell?.({ type: 'data-progress', progress }),
      onWarning: (warning) => void tell?.({ type: 'warning', warning }),
    })
  })
  const tasks = withSeeds(trialRecipe(sweep, trial.values), seeds).map((recipe) => ({
    recipe,
    directory: join(
      folder,
      'confirmation',
      String(trial.number).padStart(4, '0'),
      `seed-${recipe.training.seed}`,
    ),
  }))
  try {
    const isStopped = await trainAll(tasks, remote ?? here(data, loggers), {
      signal,
      onEvent: ({ recipe }, event) => options(recipe.training.seed).onEvent?.(event),
      onTrained: ({ recipe }, { history }) => {
        const value = objectiveOf(history, sweep.objective)
        const { seed } = recipe.training
        return onEvent?.({ type: 'confirm-trained', seed, ...(value !== undefined && { value }) })
      },
    })
    if (isStopped) return true
    const runs: Run[] = []
    for (const { recipe, directory } of tasks) {
      let run = await openRun(directory)
      if (run.record.test === undefined)
        ({ run } = await resumeRun(
          directory,
          {},
          { ...options(recipe.training.seed), data: await data.of(recipe) },
        ))
      runs.push(run)
    }
    await writeConfirmations(folder, [...before, confirmationOf(trial, runs, folder)])
    return false
  } catch (error) {
    if (signal?.aborted) return true
    throw error
  }
}

/** This process trains the runs, one after the other. */
const here = (data: TrialData, loggers: readonly RunLogger[]): TrialRemote => ({
  capacity: async () => 1,
  runTrial: async ({ recipe, directory, signal, test, onEvent }) =>
    runTrial(
      recipe,
      directory,
      {},
      { data: await data.of(recipe), loggers, test, onEvent, ...(signal && { signal }) },
    ),
})

/** The recipe with the seeds after its own, which the sweep may have chosen. All have the samples of the trial. */
function withSeeds(recipe: Recipe, count: number): Recipe[] {
  return Array.from({ length: count }, (_, i) => ({
    ...recipe,
    data: { ...recipe.data, splitSeed: splitSeed(recipe) },
    training: { ...recipe.training, seed: (recipe.training.seed + i + 1) % 2 ** 32 },
  }))
}

function confirmationOf({ number }: SweepTrial, runs: readonly Run[], folder: string): Confirmation {
  const tests = runs.map(({ record }) => record.test ?? {})
  const names = Object.keys(tests[0] ?? {})
  return {
    trial: number,
    at: new Date().toISOString(),
    runs: runs.map(({ record, location }, i) => ({
      seed: record.recipe.training.seed,
      directory: relative(folder, location),
      weightsSha256: record.weightsSha256 ?? '',
      test: tests[i] as Record<string, number>,
    })),
    metrics: Object.fromEntries(
      names.map((name) => {
        const spread = spreadOf(tests.map((test) => test[name] as number))
        const [low, high] = studentInterval(spread)
        return [name, { mean: spread.mean, sd: spread.sd, low, high }]
      }),
    ),
  }
}
