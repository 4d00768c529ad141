import { readDropout } from './dropout.ts'
import type { DropoutConfig } from './dropout.ts'
import type { Fields } from './fields.ts'

/** GaussianNoise and GaussianDropout. */
export interface NoiseConfig {
  readonly kind: 'Noise'
  /** y = x + deviation · n, or x · (1 + deviation · n), with normal numbers n. */
  readonly operation: 'add' | 'multiply'
  readonly deviation: number
}

export function readGaussianNoise({ stddev }: Fields): NoiseConfig {
  return { kind: 'Noise', operation: 'add', deviation: Number(stddev) }
}

export function readGaussianDropout({ rate }: Fields): NoiseConfig {
  const dropped = Number(rate)
  return { kind: 'Noise', operation: 'multiply', deviation: Math.sqrt(dropped / (1 - dropped)) }
}

/** y = scale · x + shift where the mask keeps x, else `dropped`: mean and variance stay, for inputs of SELU. */
export interface AlphaDropoutConfig extends Omit<DropoutConfig, 'kind'> {
  readonly kind: 'AlphaDropout'
  readonly scale: number
  readonly shift: number
  readonly dropped: number
}

/** SELU's least value: −α · scale. */
const LEAST = -1.6732632423543772 * 1.0507009873554805

export function readAlphaDropout(fields: Fields): AlphaDropoutConfig {
  const { rate, noiseShape } = readDropout(fields)
  const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * LEAST ** 2))
  const shift = -scale * LEAST * rate
  return { kind: 'AlphaDropout', rate, noiseShape, scale, shift, dropped: scale * LEAST + shift }
}
