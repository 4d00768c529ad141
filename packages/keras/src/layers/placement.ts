import type { Fields } from './fields.ts'
import { dataFormatOf, pair, type DataFormat, type Pair } from './windows.ts'

/** Pixels at the four sides of a map. */
interface Sides {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

export interface ZeroPaddingConfig {
  readonly kind: 'ZeroPadding'
  readonly sides: Sides
  readonly dataFormat: DataFormat
}

export interface CroppingConfig {
  readonly kind: 'Cropping'
  readonly sides: Sides
  readonly dataFormat: DataFormat
}

export interface UpSamplingConfig {
  readonly kind: 'UpSampling'
  readonly size: Pair
  readonly interpolation: 'nearest' | 'bilinear'
  /** Bilinear: whether pixels are interpolated between their centres, as in Keras, or between their corners, as in tfjs. */
  readonly halfPixelCenters: boolean
  readonly dataFormat: DataFormat
}

/** One number for all sides, one for rows and one for columns, or a pair for each. */
function sidesOf(value: unknown): Sides {
  const [rows, columns] = Array.isArray(value) ? (value as [unknown, unknown]) : [value, value]
  const [top, bottom] = pair(rows, 1)
  const [left, right] = pair(columns, 1)
  return { top, bottom, left, right }
}

export function readZeroPadding(fields: Fields): ZeroPaddingConfig {
  return { kind: 'ZeroPadding', sides: sidesOf(fields['padding']), dataFormat: dataFormatOf(fields) }
}

export function readCropping(fields: Fields): CroppingConfig {
  return { kind: 'Cropping', sides: sidesOf(fields['cropping']), dataFormat: dataFormatOf(fields) }
}

export function readUpSampling(fields: Fields): UpSamplingConfig {
  return {
    kind: 'UpSampling',
    size: pair(fields['size'], 2),
    interpolation: fields['interpolation'] === 'bilinear' ? 'bilinear' : 'nearest',
    halfPixelCenters: fields['halfPixelCenters'] === true,
    dataFormat: dataFormatOf(fields),
  }
}
