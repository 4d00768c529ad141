import type { Fields } from './fields.ts'

export interface FlattenConfig {
  readonly kind: 'Flatten'
  readonly dataFormat: 'channelsFirst' | 'channelsLast'
}

export function readFlatten({ dataFormat }: Fields): FlattenConfig {
  return { kind: 'Flatten', dataFormat: dataFormat === 'channelsFirst' ? dataFormat : 'channelsLast' }
}
