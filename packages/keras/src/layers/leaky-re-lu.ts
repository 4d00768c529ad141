import type { Fields } from './fields.ts'

/** y = x for x > 0, else negativeSlope · x. */
export interface LeakyReLUConfig {
  readonly kind: 'LeakyReLU'
  readonly negativeSlope: number
}

/** tfjs calls the slope `alpha`. */
export function readLeakyReLU({ alpha }: Fields): LeakyReLUConfig {
  return { kind: 'LeakyReLU', negativeSlope: Number(alpha ?? 0.3) }
}
