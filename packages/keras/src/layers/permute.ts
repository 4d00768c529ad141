import type { Fields } from './fields.ts'

export interface PermuteConfig {
  readonly kind: 'Permute'
  /** For each axis of the output the axis of the input, from 1; the batch dimension is 0 and stays. */
  readonly dims: readonly number[]
}

export interface RepeatVectorConfig {
  readonly kind: 'RepeatVector'
  readonly n: number
}

export function readPermute({ dims }: Fields): PermuteConfig {
  return { kind: 'Permute', dims: dims as number[] }
}

export function readRepeatVector({ n }: Fields): RepeatVectorConfig {
  return { kind: 'RepeatVector', n: Number(n) }
}
