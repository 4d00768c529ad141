import { TreadleError } from '@treadle/core'
import { expect } from 'vitest'

/** The error that `work` ends with, which must be a `TreadleError`. */
export async function failure(work: () => unknown): Promise<TreadleError> {
  let met: unknown
  try {
    await work()
  } catch (error) {
    met = error
  }
  expect(met).toBeInstanceOf(TreadleError)
  return met as TreadleError
}
