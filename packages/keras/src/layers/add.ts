export interface AddConfig {
  readonly kind: 'Add'
}

export function readAdd(): AddConfig {
  return { kind: 'Add' }
}
