import type { Fields } from './fields.ts'

/** Sizes along rows and columns. */
export type Pair = readonly [rows: number, columns: number]

export type Padding = 'valid' | 'same' | 'causal'

/**
 * Rows and columns from a setting of one number, of a list of one (1-D layers), or of a list of two. A 1-D layer is a
 * layer on one row.
 */
export function pair(value: unknown, absent: number): Pair {
  const list = [value ?? absent].flat().map(Number)
  const [first = absent, second] = list
  if (second !== undefined) return [first, second]
  return Array.isArray(value) ? [1, first] : [first, first]
}

export function readPadding(value: unknown): Padding {
  return value === 'same' || value === 'causal' ? value : 'valid'
}

export type DataFormat = 'channelsFirst' | 'channelsLast'

export function dataFormatOf(fields: Fields): DataFormat {
  return fields['dataFormat'] === 'channelsFirst' ? 'channelsFirst' : 'channelsLast'
}
