import type { Fields } from './fields.ts'

/** y = x for x > theta, else 0. */
export interface ThresholdedReLUConfig {
  readonly kind: 'ThresholdedReLU'
  readonly theta: number
}

export function readThresholdedReLU({ theta }: Fields): ThresholdedReLUConfig {
  return { kind: 'ThresholdedReLU', theta: Number(theta ?? 1) }
}
