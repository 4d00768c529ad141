import { activationName } from './activation.ts'
import type { Fields } from './fields.ts'

export interface DenseConfig {
  readonly kind: 'Dense'
  readonly units: number
  /** tfjs's name: 'linear', 'relu', 'softmax', … */
  readonly activation: string
  readonly useBias: boolean
}

export function readDense({ units, activation, useBias }: Fields): DenseConfig {
  return {
    kind: 'Dense',
    units: Number(units),
    activation: activationName(activation),
    useBias: useBias !== false,
  }
}
