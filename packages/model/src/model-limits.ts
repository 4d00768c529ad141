import { TreadleError, checkOptions, show } from '@treadle/core'

/** What a model from a file may take. A model that needs more is an error before anything is allocated for it. */
export interface ModelLimits {
  /** Largest number of weights' values; each takes four bytes. Default 100,000,000. */
  readonly maxParameters?: number | undefined
  /**
   * Largest memory, in bytes, of the activations of one sample that a prediction holds at the same time, layer by
   * layer. Default 134,217,728 (128 MiB).
   */
  readonly maxBytes?: number | undefined
  /** Largest number of multiplications and additions of a prediction for one sample. Default 100,000,000,000. */
  readonly maxOperations?: number | undefined
}

const limitNames = ['maxParameters', 'maxBytes', 'maxOperations'] as const

export const limitKinds = { maxParameters: 'any', maxBytes: 'any', maxOperations: 'any' } as const

export type CompleteLimits = { readonly [Name in (typeof limitNames)[number]]: number }

export const defaultLimits: CompleteLimits = { maxParameters: 1e8, maxBytes: 2 ** 27, maxOperations: 1e11 }

/** @throws TreadleError `MODEL_BAD_OPTION` */
export function completeLimits(operation: string, given: ModelLimits): CompleteLimits {
  checkOptions(operation, given, limitNames)
  const complete = { ...defaultLimits }
  for (const name of limitNames) {
    const value = given[name]
    if (value === undefined) continue
    if (typeof value !== 'number' || !(value >= 1)) {
      throw new TreadleError(
        'MODEL_BAD_OPTION',
        `${operation}: \`${name}\` (=${show(value)}) must be a number of at least 1, or Infinity.`,
      )
    }
    complete[name] = value
  }
  return complete
}
