import { TreadleError, isTreadleError } from '@treadle/core'
import type { TrainRequest } from '../../run-directory/record.ts'
import { RunDirectory } from '../../run-directory/run-directory.ts'
import { displayPath } from '../../terminal/display-path.ts'
import type { Ui } from '../../terminal/ui.ts'
import { trainRun } from '../../run/train-run.ts'

/**
 * Completes the run of one seed: keeps a finished run, resumes an interrupted one, or trains a new one.
 * @throws TreadleError `CLI_OTHER_REQUEST` if the folder holds a run with other settings
 */
export async function ensureRun(
  request: TrainRequest,
  path: string,
  label: string,
  ui: Ui,
): Promise<RunDirectory> {
  const existing = await RunDirectory.open(path).catch((error: unknown) => {
    if (isTreadleError(error) && error.code === 'CLI_RUN_MISSING') return undefined
    throw error
  })
  const inside = labelled(label, ui)
  if (existing === undefined) return (await trainRun({ request, out: path }, inside)).directory
  assertSameRequest(existing, request, ui)
  if (existing.record.status === 'finished') return existing
  existing.assertIdle()
  const begun = (await existing.readCheckpoint('last')) !== undefined
  const wish = begun ? { resume: path, threads: request.threads } : { request, out: path, force: true }
  return (await trainRun(wish, inside)).directory
}

function assertSameRequest({ record, path }: RunDirectory, request: TrainRequest, ui: Ui): void {
  const kept: Record<string, unknown> = record.request
  const asked: Record<string, unknown> = request
  // The number of threads does not change the bits.
  const differing = Object.keys({ ...kept, ...asked }).filter(
    (name) => name !== 'threads' && JSON.stringify(kept[name]) !== JSON.stringify(asked[name]),
  )
  if (differing.length === 0) return
  throw new TreadleError(
    'CLI_OTHER_REQUEST',
    `${displayPath(path, ui.context.cwd)} holds a run with other settings: ${differing.map((name) => `${name} ${JSON.stringify(kept[name])}, not ${JSON.stringify(asked[name])}`).join('; ')}. ` +
      'Choose another folder with --out, or use the same settings.',
  )
}

/** The interface of one run among several: it shows progress under `label`, and of its messages only notices. */
function labelled(label: string, ui: Ui): Ui {
  return {
    ...ui,
    print: () => {},
    result: () => {},
    progress: {
      ...ui.progress,
      update: (state) => ui.progress.update({ ...state, label: `${label} ${state.label}` }),
    },
  }
}
