import type { Fields } from './fields.ts'

export interface ConcatenateConfig {
  readonly kind: 'Concatenate'
  /** Counts the batch dimension; −1 is the last. */
  readonly axis: number
}

export function readConcatenate({ axis }: Fields): ConcatenateConfig {
  return { kind: 'Concatenate', axis: Number(axis ?? -1) }
}
