import { TreadleError } from '@treadle/core'

/** The error for an image that cannot be classified. */
export function badImage(reason: string, remedy: string, cause?: unknown): TreadleError {
  const message = `Reading the image: ${reason}. ${remedy}.`
  return new TreadleError('MODEL_BAD_IMAGE', message, cause === undefined ? {} : { cause })
}
