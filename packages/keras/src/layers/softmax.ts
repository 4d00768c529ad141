import type { Fields } from './fields.ts'

export interface SoftmaxConfig {
  readonly kind: 'Softmax'
  /** Counts the batch dimension; −1 is the last. */
  readonly axis: number
}

export function readSoftmax({ axis }: Fields): SoftmaxConfig {
  return { kind: 'Softmax', axis: Number(axis ?? -1) }
}
