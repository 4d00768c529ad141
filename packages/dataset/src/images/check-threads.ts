import { TreadleError, show } from '@treadle/core'

/** @throws TreadleError `DATASET_BAD_OPTION` */
export function checkThreads(operation: string, threads: unknown): void {
  if (threads === undefined || threads === 'auto') return
  if (Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= 8) return
  throw new TreadleError(
    'DATASET_BAD_OPTION',
    `${operation}: \`threads\` (=${show(threads)}) must be auto or an integer from 1 to 8.`,
  )
}
