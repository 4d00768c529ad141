import type { Fields } from './fields.ts'

/** y = x for x > 0, else alpha · (eˣ − 1). */
export interface ELUConfig {
  readonly kind: 'ELU'
  readonly alpha: number
}

export function readELU({ alpha }: Fields): ELUConfig {
  return { kind: 'ELU', alpha: Number(alpha ?? 1) }
}
