import type { Fields } from './fields.ts'

/** y = min(x, maxValue) for x ≥ threshold, else negativeSlope · (x − threshold). */
export interface ReLUConfig {
  readonly kind: 'ReLU'
  readonly maxValue: number | undefined
  readonly negativeSlope: number
  readonly threshold: number
}

export function readReLU({ maxValue, negativeSlope, threshold }: Fields): ReLUConfig {
  return {
    kind: 'ReLU',
    maxValue: maxValue == null ? undefined : Number(maxValue),
    negativeSlope: Number(negativeSlope ?? 0),
    threshold: Number(threshold ?? 0),
  }
}
