import { TreadleError, checkArgument, checkOptions, isTreadleError } from '@treadle/core'
import { type TrainingState, decodeTrainingState } from '@treadle/trainer'
import { platform } from '#platform'
import { type RecipeInput, parseRecipe } from '../recipe/parse.ts'
import type { Recipe } from '../recipe/schema.ts'
import { pastEpochs } from '../record/history.ts'
import type { RunRecord } from '../record/record.ts'
import { memoryStore } from '../store/memory.ts'
import { Run, assertFree } from '../store/run.ts'
import type { RunStore } from '../store/store.ts'
import { finishRun } from './finish.ts'
import { checkNewRunOptions, checkRunOptions } from './check-options.ts'
import { RunLogs } from './log-run.ts'
import type { NewRunOptions, ResumeChanges, RunOptions } from './options.ts'
import { type PreparedRun, newRecord, prepare, runningRecord } from './prepare.ts'
import type { RunResult } from './result.ts'
import { trainRun } from './train-run.ts'

/**
 * Runs a recipe: loads the data, starts the runtime, builds, trains and tests the model, and writes checkpoints,
 * history, predictions, model and report to the run directory.
 *
 * @param recipe complete or not; a model's name is the least: `{ model: 'wide-and-deep' }`
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE`, `EXPERIMENT_RUN_EXISTS`, `EXPERIMENT_RUN_BUSY`,
 *   `EXPERIMENT_MODEL_MISMATCH`, and what data set, runtime, model and trainer throw; the signal's reason if it is
 *   aborted before training begins
 * @example
 * const { run } = await runRecipe({ model: 'wide-and-deep', data: 'sample' }, { directory: 'runs/first' })
 * console.log(run.record.test)
 */
export async function runRecipe(
  recipe: RecipeInput | Recipe,
  options: NewRunOptions = {},
): Promise<RunResult> {
  checkNewRunOptions('runRecipe', options)
  const complete = parseRecipe(recipe)
  const { directory, force = false } = options
  const store =
    directory === undefined
      ? memoryStore()
      : typeof directory === 'string'
        ? platform.openStore(directory)
        : directory
  if (typeof store !== 'function') await assertFree(store, force)
  const prepared = await prepare({
    recipe: complete,
    options,
    openRun: async (parts) => {
      const startedAt = new Date()
      const record = newRecord(parts, startedAt)
      if (typeof store === 'function') return createFree(await store(parts.data, startedAt), record)
      return Run.create(store, record, { force })
    },
  })
  return carryOut(prepared, options)
}

/**
 * Continues an interrupted run to the same bits as without the interruption, tests a run that was trained without a
 * test, or extends a finished one.
 *
 * @throws TreadleError `EXPERIMENT_RUN_MISSING`, `EXPERIMENT_RUN_INVALID`, `EXPERIMENT_RUN_BUSY`,
 *   `EXPERIMENT_NO_CHECKPOINT`, `EXPERIMENT_RUN_FINISHED`, `EXPERIMENT_OTHER_DATA`, and what `runRecipe` throws
 */
export async function resumeRun(
  directory: string | RunStore,
  changes: ResumeChanges = {},
  options: RunOptions = {},
): Promise<RunResult> {
  checkOptions('resumeRun: changes', changes, {
    epochs: 'number',
    threads: 'any',
    wideSimd: 'boolean',
  })
  checkRunOptions('resumeRun', options)
  checkArgument('resumeRun', 'directory', directory, typeof directory === 'object' ? 'object' : 'string')
  const run = await Run.open(typeof directory === 'string' ? platform.openStore(directory) : directory)
  await run.take()
  try {
    const state = await lastState(run)
    const { record } = run
    const recipe = parseRecipe({
      ...record.recipe,
      training: { ...record.recipe.training, ...changes },
    })
    if (state !== undefined) assertUnfinished(run, state, recipe)
    if (state?.firstEpoch !== undefined) assertNoMoreEpochs(run, recipe)
    const prepared = await prepare({
      recipe,
      options,
      ...(state && { state }),
      record,
      openRun: async ({ runtime }) => {
        await run.update(runningRecord(recipe, runtime))
        return run
      },
    })
    return await carryOut(prepared, options)
  } finally {
    await run.release()
  }
}

/** Undefined if the run was stopped before its first checkpoint: then it begins again. */
async function lastState(run: Run): Promise<TrainingState | undefined> {
  const bytes = await run.readCheckpoint('last')
  if (bytes !== undefined) return decodeTrainingState(bytes)
  const { status, command } = run.record
  if (status !== 'finished' && status !== 'early-stopping') return undefined
  throw new TreadleError(
    'EXPERIMENT_NO_CHECKPOINT',
    `${run.location} has lost its checkpoints/last.ckpt. Train the run again with\n  ${command}`,
  )
}

function assertUnfinished({ record }: Run, state: TrainingState, { training }: Recipe): void {
  if (record.test === undefined) return
  if (record.status === 'early-stopping') {
    throw new TreadleError(
      'EXPERIMENT_RUN_FINISHED',
      'Early stopping ended this run, so there is nothing to continue. Train a new run with other options.',
    )
  }
  if (record.status === 'finished' && state.firstEpoch !== undefined) {
    throw new TreadleError(
      'EXPERIMENT_RUN_FINISHED',
      'This run has trained its head and fine-tuned its base, so there is nothing to continue. Train a new run with other options.',
    )
  }
  if (record.status === 'finished' && state.epoch >= training.epochs) {
    throw new TreadleError(
      'EXPERIMENT_RUN_FINISHED',
      `This run has finished its ${state.epoch} epochs. To extend it, give \`--epochs\` above ${state.epoch}; to see its report, use \`treadle report\`.`,
    )
  }
}

function assertNoMoreEpochs({ record }: Run, { training }: Recipe): void {
  if (training.epochs === record.recipe.training.epochs) return
  throw new TreadleError(
    'EXPERIMENT_RUN_FINISHED',
    'The head of this run is trained, and its base is being fine-tuned: `--epochs` cannot change. Leave it out.',
  )
}

async function carryOut({ session, training, close }: PreparedRun, options: RunOptions): Promise<RunResult> {
  const { run, resumed, model, runtime } = session
  let kept = false
  let logs: RunLogs | undefined
  try {
    const past = resumed === undefined ? [] : pastEpochs(resumed.history, await run.readHistory())
    const whole = { ...session, past }
    // Epochs after the checkpoint are trained again.
    await run.replaceHistory(past)
    await options.onEvent?.({ type: 'start', session: whole })
    logs = await RunLogs.start(whole, options)
    const outcome = 'stopped' in training ? training : await trainRun(whole, training, options, logs)
    const result = await finishRun(whole, outcome, options)
    await logs.end(result)
    logs = undefined
    kept = options.keepModel ?? false
    return kept ? { ...result, model, runtime } : result
  } catch (error) {
    await recordFailure(run, error)
    await logs?.end(undefined)
    throw error
  } finally {
    if (!kept) await close()
    await run.release()
  }
}

/** Creates a run at `path`, or at `path-2`, `path-3` … if it is taken: several runs may begin at once. */
async function createFree(path: string, record: RunRecord): Promise<Run> {
  for (let i = 1; ; i++) {
    try {
      return await Run.create(platform.openStore(i === 1 ? path : `${path}-${i}`), record, { fresh: true })
    } catch (error) {
      if (!isTreadleError(error) || error.code !== 'EXPERIMENT_RUN_EXISTS' || i === MAX_NAMES) throw error
    }
  }
}

/** Names that are tried for one run. A path below a file is never free. */
const MAX_NAMES = 1000

/** Records why training failed. A failure after it (tests, report) leaves the run as trained. */
async function recordFailure(run: Run, error: unknown): Promise<void> {
  if (run.record.status !== 'running') return
  const text = error instanceof Error ? error.message : String(error)
  await run.update({ status: 'failed', error: text }).catch(() => {})
}
