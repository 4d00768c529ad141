/** y = x for x > 0, else alpha · x, with a trained alpha. The shape of its weight says which axes share factors. */
export interface PReLUConfig {
  readonly kind: 'PReLU'
}

export function readPReLU(): PReLUConfig {
  return { kind: 'PReLU' }
}
