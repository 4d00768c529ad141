import { checkArgument, isTreadleError } from '@treadle/core'
import { platform } from '#platform'
import { openRun } from '../store/open-run.ts'
import { type RunSummary, summariseRun } from './summary.ts'

/** Record and history of a run take kilobytes; a list does not read more than this of one run, in bytes. */
const MOST_BYTES = 64 * 2 ** 20

/**
 * The runs in and below a folder, in the order of their paths. A run that cannot be read is in the list as `damaged`
 * with the reason; it never makes the list fail.
 *
 * @param folder Node.js: a folder, searched three levels down; browser: the beginning of the runs' names
 * @throws TreadleError `EXPERIMENT_FOLDER_MISSING`, `EXPERIMENT_TOO_MANY_FOLDERS`; the system's error if the folder
 *   exists but cannot be read
 * @example
 * for (const { location, state, record } of await listRuns('runs')) console.log(location, state, record?.test)
 */
export async function listRuns(folder: string): Promise<RunSummary[]> {
  checkArgument('listRuns', 'folder', folder, 'string')
  const runs: RunSummary[] = []
  for (const { location, bytes } of await platform.findRuns(folder)) {
    const damaged = (problem: string): RunSummary => ({ location, state: 'damaged', problem })
    if (bytes > MOST_BYTES) {
      runs.push(damaged(`its record and history take ${bytes} bytes, more than any run writes.`))
      continue
    }
    const read = openRun(location).then(summariseRun)
    runs.push(await read.catch((error: unknown) => damaged(reasonOf(error))))
  }
  return runs
}

function reasonOf(error: unknown): string {
  if (isTreadleError(error) || error instanceof Error) return error.message
  return String(error)
}
