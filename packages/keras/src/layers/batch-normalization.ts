import type { Fields } from './fields.ts'

export interface BatchNormalizationConfig {
  readonly kind: 'BatchNormalization'
  /** Counts the batch dimension; −1 is the last. */
  readonly axis: number
  /** What a moving average keeps of itself at each step. */
  readonly momentum: number
  /** Added to the variance. */
  readonly epsilon: number
  /** Whether there is a shift β. */
  readonly center: boolean
  /** Whether there is a factor γ. */
  readonly scale: boolean
}

export function readBatchNormalization(fields: Fields): BatchNormalizationConfig {
  const { axis, momentum, epsilon, center, scale } = fields
  return {
    kind: 'BatchNormalization',
    // Keras 2 writes a list of one axis.
    axis: Number(axis ?? -1),
    momentum: Number(momentum ?? 0.99),
    epsilon: Number(epsilon ?? 1e-3),
    center: center !== false,
    scale: scale !== false,
  }
}
