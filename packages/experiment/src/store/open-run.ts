import { checkArgument } from '@treadle/core'
import { platform } from '#platform'
import { Run } from './run.ts'
import type { RunStore } from './store.ts'

/** The store of a run. @param directory Node.js: the run directory's path; browser: the run's name in IndexedDB */
export function openStore(directory: string): RunStore {
  checkArgument('openStore', 'directory', directory, 'string')
  return platform.openStore(directory)
}

/**
 * Opens a run that was kept.
 * @param directory Node.js: the run directory's path; browser: the run's name in IndexedDB
 * @throws TreadleError `EXPERIMENT_RUN_MISSING`, `EXPERIMENT_RUN_INVALID`, `CORE_BAD_ARGUMENT`
 */
export async function openRun(directory: string): Promise<Run> {
  checkArgument('openRun', 'directory', directory, 'string')
  return Run.open(platform.openStore(directory))
}
