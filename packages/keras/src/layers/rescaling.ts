import type { Fields } from './fields.ts'

/** y = x · scale + offset, with numbers or, as Keras allows, a list for the channels. */
export interface RescalingConfig {
  readonly kind: 'Rescaling'
  readonly scale: number | readonly number[]
  readonly offset: number | readonly number[]
}

const numbers = (value: unknown): number | readonly number[] =>
  Array.isArray(value) ? value.map(Number) : Number(value)

export function readRescaling({ scale, offset }: Fields): RescalingConfig {
  return { kind: 'Rescaling', scale: numbers(scale ?? 1), offset: numbers(offset ?? 0) }
}
