import { TreadleError } from '@treadle/core'

/** The error for an image that cannot be classified. */
export function badImage(reason: string, remedy: string): TreadleError {
  return new TreadleError('MODEL_BAD_IMAGE', `Reading the image: ${reason}. ${remedy}.`)
}
