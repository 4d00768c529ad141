import type { Fields } from './fields.ts'

/** A layer of a class that no file here describes. */
export interface OtherConfig {
  readonly kind: 'other'
  readonly fields: Fields
}

export function readOther(fields: Fields): OtherConfig {
  return { kind: 'other', fields }
}
