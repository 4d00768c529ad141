import type { ArgValues, Args } from './args.ts'
import { wholeNumber } from './values.ts'

/** Flags of processes that carry out the trials of a sweep. */
export const workerArgs = {
  threads: {
    type: 'string',
    valueHint: 'N',
    description: 'Threads of each worker. The workers share the cores unless given',
  },
  patience: {
    type: 'string',
    valueHint: 'SECONDS',
    description:
      'A worker that makes no progress in a trial for so long is killed, and the trial is tried again. The default is 600',
  },
} as const satisfies Args

/** @throws UsageError */
export function workerOptions({ threads, patience }: ArgValues<typeof workerArgs>) {
  return {
    ...(threads !== undefined && { threads: wholeNumber('--threads', threads, { min: 1, max: 8 }) }),
    ...(patience !== undefined && {
      patience: wholeNumber('--patience', patience, { min: 1, max: 1_000_000 }),
    }),
  }
}

/** @throws UsageError */
export const workerCount = (text: string): number => wholeNumber('--workers', text, { min: 1, max: 256 })
