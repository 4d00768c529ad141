import type { Dataset } from '@treadle/core'
import { isTreadleError } from '@treadle/core'
import type { HistoryEntry } from '../record/history.ts'
import type { Recipe } from '../recipe/schema.ts'
import { splitSeed } from '../recipe/split-seed.ts'
import type { RunEvent } from '../run/events.ts'
import type { ResumeChanges, RunOptions } from '../run/options.ts'
import { resumeRun, runRecipe } from '../run/run-recipe.ts'
import { openRun } from '../store/open-run.ts'
import type { Run } from '../store/run.ts'

/** A run that has ended, or that the signal has stopped. */
export interface TrialRun {
  readonly run: Run
  readonly history: readonly HistoryEntry[]
  readonly isStopped: boolean
}

/** A trial to carry out. */
export interface TrialTask {
  readonly recipe: Recipe
  /** Where its run is kept. It may hold the run already, finished or not. */
  readonly directory: string
  /** Whether the model is tested on the test samples. */
  readonly test: boolean
  /** Stops the trial, which somebody continues later. */
  readonly signal: AbortSignal | undefined
  /** Ends the trial: no further epoch is worth its time. */
  readonly pruning: AbortSignal
  /** To be called after each epoch, in order, and waited for. */
  readonly onEpoch: (entry: HistoryEntry) => Promise<void>
  readonly onEvent: (event: RunEvent) => Promise<void>
}

/** Carries out a trial. */
export type TrialRunner = (task: TrialTask) => Promise<TrialRun>

/** Carries out trials elsewhere. */
export interface TrialRemote {
  /** How many trials can run at once now. */
  capacity(): Promise<number>
  readonly runTrial: TrialRunner
}

/** Runs a recipe in a directory; continues the run that the directory holds, if it is not finished. */
export async function runTrial(
  recipe: Recipe,
  directory: string,
  changes: Pick<ResumeChanges, 'threads'>,
  options: RunOptions,
): Promise<TrialRun> {
  const found = await openRun(directory).catch((error: unknown) => {
    if (isTreadleError(error) && error.code === 'EXPERIMENT_RUN_MISSING') return undefined
    throw error
  })
  const status = found?.record.status
  if (found !== undefined && (status === 'finished' || status === 'early-stopping'))
    return ended(found, false)
  const { run, stopped } =
    found === undefined
      ? await runRecipe(
          { ...recipe, training: { ...recipe.training, ...changes } },
          { ...options, directory },
        )
      : await resumeRun(directory, changes, options)
  return ended(run, stopped === 'aborted')
}

async function ended(run: Run, isStopped: boolean): Promise<TrialRun> {
  return { run, history: await run.readHistory(), isStopped }
}

/**
 * Loads the data of a recipe before folds, which running a recipe takes by itself; those of the last recipe are kept,
 * because most trials have the same.
 */
export class TrialData {
  readonly #load: (recipe: Recipe) => Promise<Dataset>
  #key: string | undefined
  #data: Dataset | undefined

  constructor(load: (recipe: Recipe) => Promise<Dataset>) {
    this.#load = load
  }

  async of(asked: Recipe): Promise<Dataset> {
    const recipe = { ...asked, data: { ...asked.data, fold: '' } }
    const key = JSON.stringify([recipe.data, splitSeed(recipe)])
    if (this.#data === undefined || this.#key !== key) {
      // The old samples are not needed while the new ones load.
      this.#data = undefined
      this.#data = await this.#load(recipe)
      this.#key = key
    }
    return this.#data
  }
}
