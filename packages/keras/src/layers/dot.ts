import type { Fields } from './fields.ts'

/** Products of the vectors of two inputs along one axis of each. */
export interface DotConfig {
  readonly kind: 'Dot'
  /** The axis of each input; 0 is the batch, and negative ones count from the end. */
  readonly axes: readonly [number, number]
  /** Whether the vectors are divided by their lengths first. */
  readonly normalize: boolean
}

/** The shortest length that a vector is divided by, in Keras. */
export const DOT_EPSILON = 1e-7

export function readDot({ axes, normalize }: Fields): DotConfig {
  const [a, b] = (Array.isArray(axes) ? axes : [axes, axes]) as [number, number]
  return { kind: 'Dot', axes: [a, b], normalize: normalize === true }
}
