import type { Ui } from '../terminal/ui.ts'
import type { TrainRequest } from '../run-directory/record.ts'
import type { RunDirectory } from '../run-directory/run-directory.ts'
import { finishRun } from './finish.ts'
import { printHead } from './head.ts'
import { trainLoop } from './loop.ts'
import { prepareFresh, prepareResumed } from './prepare.ts'

/** A new run, or one to go on with. */
export type TrainWish =
  | { readonly request: TrainRequest; readonly out?: string; readonly force?: boolean }
  | { readonly resume: string; readonly epochs?: number; readonly threads?: 'auto' | number }

/**
 * Trains, tests and reports one run.
 *
 * @returns the run's directory; its record says how the run ended
 */
export async function trainRun(wish: TrainWish, ui: Ui): Promise<RunDirectory> {
  const session = 'resume' in wish ? await prepareResumed(wish, ui) : await prepareFresh(wish, ui)
  try {
    printHead(session, ui)
    const { training } = session
    const outcome = 'stopped' in training ? training : await trainLoop(session, training, ui)
    await finishRun(session, outcome, ui)
  } catch (error) {
    await session.directory.update({ status: 'failed', error: errorText(error) }).catch(() => {})
    throw error
  } finally {
    ui.progress.clear()
    await session.close()
  }
  return session.directory
}

const errorText = (error: unknown) => (error instanceof Error ? error.message : String(error))
