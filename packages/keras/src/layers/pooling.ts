import type { Fields } from './fields.ts'
import { dataFormatOf, pair, readPadding, type DataFormat, type Padding, type Pair } from './windows.ts'

/** MaxPooling1D, MaxPooling2D, AveragePooling1D, AveragePooling2D. */
export interface PoolingConfig {
  readonly kind: 'Pooling'
  readonly reduction: 'max' | 'average'
  /** Rows and columns. A 1-D layer has one row. */
  readonly poolSize: Pair
  readonly strides: Pair
  readonly padding: Padding
  readonly dataFormat: DataFormat
}

/** GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalAveragePooling1D, GlobalAveragePooling2D. */
export interface GlobalPoolingConfig {
  readonly kind: 'GlobalPooling'
  readonly reduction: 'max' | 'average'
  readonly dataFormat: DataFormat
}

export const readPooling =
  (reduction: 'max' | 'average') =>
  (fields: Fields): PoolingConfig => ({
    kind: 'Pooling',
    reduction,
    poolSize: pair(fields['poolSize'], 2),
    strides: pair(fields['strides'] ?? fields['poolSize'], 2),
    padding: readPadding(fields['padding']),
    dataFormat: dataFormatOf(fields),
  })

export const readGlobalPooling =
  (reduction: 'max' | 'average') =>
  (fields: Fields): GlobalPoolingConfig => ({
    kind: 'GlobalPooling',
    reduction,
    dataFormat: dataFormatOf(fields),
  })
