export interface ReshapeConfig {
  readonly kind: 'Reshape'
}

export function readReshape(): ReshapeConfig {
  return { kind: 'Reshape' }
}
