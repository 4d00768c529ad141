import { TreadleError, isTreadleError } from '@treadle/core'
import { explainSystemError } from '../errors.ts'
import { displayPath } from '../terminal/display-path.ts'
import type { Ui } from '../terminal/ui.ts'
import type { RunDirectory } from '../run-directory/run-directory.ts'
import type { Outcome } from './completed.ts'
import { finishRun } from './finish.ts'
import { printHead } from './head.ts'
import { trainLoop } from './loop.ts'
import { prepareFresh, prepareResumed } from './prepare.ts'
import { reportLine, resumeLine } from './command-line.ts'
import type { TrainTask } from './task.ts'

export interface FinishedRun {
  readonly directory: RunDirectory
  readonly outcome: Outcome
}

/**
 * Trains, tests and reports one run.
 * @returns how it ended, and where it is kept
 */
export async function trainRun(task: TrainTask, ui: Ui): Promise<FinishedRun> {
  const session = 'resume' in task ? await prepareResumed(task, ui) : await prepareFresh(task, ui)
  try {
    printHead(session, ui)
    const { training } = session
    const outcome = 'stopped' in training ? training : await trainLoop(session, training, ui)
    await finishRun(session, outcome, ui)
    return { directory: session.directory, outcome }
  } catch (error) {
    throw await failed(session.directory, error, ui)
  } finally {
    ui.progress.clear()
    await session.close()
  }
}

/** Records that the run has failed. @returns the error, with what to do next where that is to go on */
async function failed(directory: RunDirectory, error: unknown, ui: Ui): Promise<unknown> {
  const { path } = directory
  const trained = directory.record.status !== 'running'
  const text = error instanceof Error ? error.message : String(error)
  if (!trained) await directory.update({ status: 'failed', error: text }).catch(() => {})
  // What the machine could not do, it may do once somebody has seen to it.
  const cause = isTreadleError(error) ? error.cause : error
  const reason = explainSystemError(cause)
  if (reason === undefined) return error
  if (!trained && (await directory.readCheckpoint('last').catch(() => undefined)) === undefined) return error
  const { cwd } = ui.context
  const next = trained ? reportLine(path, cwd) : resumeLine(path, cwd)
  return new TreadleError(
    'CLI_RUN_WRITE',
    `${isTreadleError(error) ? error.message : reason}\n` +
      `What was trained so far is kept in ${displayPath(path, cwd)}; once that is seen to, go on with\n  ${next}`,
    { cause: error },
  )
}
