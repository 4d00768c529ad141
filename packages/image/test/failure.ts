import { type TreadleError, isTreadleError } from '@treadle/core'

/** The `TreadleError` that `run` throws or rejects with. */
export async function failure(run: () => unknown): Promise<TreadleError> {
  try {
    await run()
  } catch (error) {
    if (isTreadleError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
