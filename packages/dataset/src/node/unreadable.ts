import { TreadleError } from '@treadle/core'

/** The error of a file or folder that cannot be read. */
export function unreadable(path: string, cause: unknown): TreadleError {
  return new TreadleError(
    'DATASET_UNREADABLE',
    `Reading ${path} failed: ${cause instanceof Error ? cause.message : String(cause)}. Check that it exists and can be read.`,
    { cause },
  )
}
