import { platform } from '#platform'
import { Run } from './run.ts'
import type { RunStore } from './store.ts'

/** The store of a run. @param directory Node.js: the run directory's path; browser: the run's name in IndexedDB */
export const openStore = (directory: string): RunStore => platform.openStore(directory)

/**
 * Opens a run that was kept.
 * @param directory Node.js: the run directory's path; browser: the run's name in IndexedDB
 * @throws TreadleError `EXPERIMENT_RUN_MISSING`, `EXPERIMENT_RUN_INVALID`
 */
export function openRun(directory: string): Promise<Run> {
  return Run.open(platform.openStore(directory))
}
