export interface InputConfig {
  readonly kind: 'InputLayer'
}

export function readInput(): InputConfig {
  return { kind: 'InputLayer' }
}
