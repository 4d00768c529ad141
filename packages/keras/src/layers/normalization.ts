import type { NormalizationArgs } from '../extensions/normalization.ts'
import type { Fields } from './fields.ts'

/** (x − mean) / max(√variance, 1e-7), or its inverse, with statistics that are not trained. */
export interface NormalizationConfig {
  readonly kind: 'Normalization'
  /** Axes with statistics of their own, counting the batch dimension; none where all elements share them. */
  readonly axes: readonly number[]
  /** Row-major along the axes; absent where they are the weights `mean` and `variance`. */
  readonly given: { readonly mean: readonly number[]; readonly variance: readonly number[] } | undefined
  readonly invert: boolean
}

const flat = (values: unknown) => [values].flat(Infinity).map(Number)

export function readNormalization(fields: Fields): NormalizationConfig {
  const { axis = -1, mean, variance, invert = false } = fields as NormalizationArgs
  return {
    kind: 'Normalization',
    axes: axis === null ? [] : [axis].flat(),
    given: mean == null ? undefined : { mean: flat(mean), variance: flat(variance) },
    invert,
  }
}
