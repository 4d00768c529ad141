import { TreadleError } from '@treadle/core'

/** The error of a redirect that is not followed. Its address is not tried again. */
export function badRedirect(from: string, why: string): TreadleError {
  return new TreadleError('DATASET_REDIRECT', `Fetching ${from}: ${why}.`)
}
