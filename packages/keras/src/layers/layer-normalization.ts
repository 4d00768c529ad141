import type { Fields } from './fields.ts'

export interface LayerNormalizationConfig {
  readonly kind: 'LayerNormalization'
  /** The axes that are normalized together; they count the batch dimension, −1 is the last. */
  readonly axes: readonly number[]
  /** Added to the variance. */
  readonly epsilon: number
  /** Whether there is a shift β. */
  readonly center: boolean
  /** Whether there is a factor γ. */
  readonly scale: boolean
}

export function readLayerNormalization({ axis, epsilon, center, scale }: Fields): LayerNormalizationConfig {
  return {
    kind: 'LayerNormalization',
    axes: [axis ?? -1].flat() as number[],
    epsilon: Number(epsilon ?? 1e-3),
    center: center !== false,
    scale: scale !== false,
  }
}
