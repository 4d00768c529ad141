import type { Fields } from './fields.ts'

/** y = x · scale + offset. */
export interface RescalingConfig {
  readonly kind: 'Rescaling'
  readonly scale: number
  readonly offset: number
}

export function readRescaling({ scale, offset }: Fields): RescalingConfig {
  return { kind: 'Rescaling', scale: Number(scale ?? 1), offset: Number(offset ?? 0) }
}
