import { checkArgument } from '@treadle/core'

const run = {
  location: 'string',
  record: 'record',
  readHistory: 'function',
  readPredictions: 'function',
  readCheckpoint: 'function',
  writeAll: 'function',
} as const

const store = {
  location: 'string',
  lock: 'function',
  list: 'function',
  read: 'function',
  write: 'function',
  writeAll: 'function',
} as const

/** @throws TreadleError `CORE_BAD_ARGUMENT` for anything but a run */
export function checkRun(operation: string, given: unknown): void {
  checkArgument(operation, 'run', given, run)
}

/** @throws TreadleError `CORE_BAD_ARGUMENT` for anything but a list of runs */
export function checkRuns(operation: string, given: unknown): void {
  checkArgument(operation, 'runs', given, [run])
}

/** @throws TreadleError `CORE_BAD_ARGUMENT` for anything but a store of a run */
export function checkStore(operation: string, given: unknown): void {
  checkArgument(operation, 'store', given, store)
}
