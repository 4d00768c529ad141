import type { Fields } from './fields.ts'

export interface ActivationConfig {
  readonly kind: 'Activation'
  /** tfjs's name: 'relu', 'softmax', 'hardSigmoid', … */
  readonly activation: string
}

export function readActivation(fields: Fields): ActivationConfig {
  return { kind: 'Activation', activation: activationName(fields['activation']) }
}

/** The name of an activation; 'linear' where a layer has none. */
export function activationName(value: unknown): string {
  return typeof value === 'string' ? value : 'linear'
}
