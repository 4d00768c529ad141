import type { Ui } from '../terminal/ui.ts'
import type { TrainRequest } from '../run-directory/record.ts'
import type { RunDirectory } from '../run-directory/run-directory.ts'
import type { Outcome } from './completed.ts'
import { finishRun } from './finish.ts'
import { printHead } from './head.ts'
import { trainLoop } from './loop.ts'
import { prepareFresh, prepareResumed } from './prepare.ts'

/** A new run, or one to go on with. */
export type TrainWish =
  | { readonly request: TrainRequest; readonly out?: string; readonly force?: boolean }
  | { readonly resume: string; readonly epochs?: number; readonly threads?: 'auto' | number }

export interface FinishedRun {
  readonly directory: RunDirectory
  readonly outcome: Outcome
}

/**
 * Trains, tests and reports one run.
 * @returns how it ended, and where it is kept
 */
export async function trainRun(wish: TrainWish, ui: Ui): Promise<FinishedRun> {
  const session = 'resume' in wish ? await prepareResumed(wish, ui) : await prepareFresh(wish, ui)
  try {
    printHead(session, ui)
    const { training } = session
    const outcome = 'stopped' in training ? training : await trainLoop(session, training, ui)
    await finishRun(session, outcome, ui)
    return { directory: session.directory, outcome }
  } catch (error) {
    await session.directory.update({ status: 'failed', error: errorText(error) }).catch(() => {})
    throw error
  } finally {
    ui.progress.clear()
    await session.close()
  }
}

const errorText = (error: unknown) => (error instanceof Error ? error.message : String(error))
