import { type Run, type RunResult, resumeRun, runRecipe } from '@treadle/experiment'
import { TreadleError, isTreadleError } from '@treadle/core'
import { resolve } from 'node:path'
import { explainSystemError } from '../errors.ts'
import { displayPath } from '../terminal/display-path.ts'
import type { Ui } from '../terminal/ui.ts'
import { reportLine, resumeLine } from './command-line.ts'
import { runDirectoryName } from './directory-name.ts'
import { printResult } from './print-result.ts'
import { RunDisplay } from './run-display.ts'
import type { TrainTask } from './task.ts'

/** Trains, tests and reports one run, and shows it on the terminal. */
export async function trainRun(task: TrainTask, ui: Ui): Promise<RunResult> {
  const display = new RunDisplay(ui)
  try {
    const result = await start(task, display, ui)
    printResult(result, ui)
    return result
  } catch (error) {
    throw display.run === undefined ? error : withFlags(await withNextStep(display.run, error, ui))
  } finally {
    ui.progress.clear()
  }
}

function start(task: TrainTask, display: RunDisplay, ui: Ui): Promise<RunResult> {
  const { signal, cwd } = ui.context
  const options = { signal, onEvent: display.show, loggers: task.loggers ?? [] }
  if ('resume' in task) {
    const { resume, loggers: _, ...changes } = task
    return resumeRun(resume, changes, options)
  }
  const { recipe, out, force = false } = task
  const { model, training } = recipe
  return runRecipe(recipe, {
    ...options,
    force,
    directory:
      out ??
      ((data, startedAt) => resolve(cwd, runDirectoryName(model.name, data.name, training.seed, startedAt))),
  })
}

/** The advice of the trainer names its options; here they are flags. */
function withFlags(error: unknown): unknown {
  if (!isTreadleError(error) || error.code !== 'TRAINER_NAN_LOSS') return error
  const [what = ''] = error.message.replace(/^train: t/, 'T').split(' Lower the learning rate')
  const advice =
    'Lower the learning rate (--learning-rate), limit the gradients (--global-clipnorm 1), or check the data for extreme values.'
  return new TreadleError(error.code, `${what} ${advice}`, { cause: error })
}

/** If the machine stopped the run, as with a full disk: the error with the command that continues. */
async function withNextStep(run: Run, error: unknown, ui: Ui): Promise<unknown> {
  const trained = run.record.status !== 'running' && run.record.status !== 'failed'
  const reason = explainSystemError(isTreadleError(error) ? error.cause : error)
  if (reason === undefined) return error
  if (!trained && (await run.readCheckpoint('last').catch(() => undefined)) === undefined) return error
  const { cwd } = ui.context
  const next = trained ? reportLine(run.location, cwd) : resumeLine(run.location, cwd)
  return new TreadleError(
    'CLI_RUN_WRITE',
    `${isTreadleError(error) ? error.message : reason}\n` +
      `The run up to its last checkpoint is saved in ${displayPath(run.location, cwd)}. When the problem is solved, continue with\n  ${next}`,
    { cause: error },
  )
}
