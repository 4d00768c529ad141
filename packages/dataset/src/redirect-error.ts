import { TreadleError } from '@treadle/core'

/** A redirect that is not followed. The address it comes from is never worth a second try. */
export function badRedirect(from: string, why: string): TreadleError {
  return new TreadleError('DATASET_REDIRECT', `Fetching ${from}: ${why}.`)
}
