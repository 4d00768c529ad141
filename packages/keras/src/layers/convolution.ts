import { activationName } from './activation.ts'
import type { Fields } from './fields.ts'
import { dataFormatOf, pair, readPadding, type DataFormat, type Padding, type Pair } from './windows.ts'

interface Convolution {
  /** Rows and columns. A 1-D layer has one row. */
  readonly kernelSize: Pair
  readonly strides: Pair
  readonly dilationRate: Pair
  readonly padding: Padding
  readonly dataFormat: DataFormat
  readonly activation: string
  readonly useBias: boolean
}

/** Conv1D and Conv2D. */
export interface ConvolutionConfig extends Convolution {
  readonly kind: 'Convolution'
  readonly filters: number
  /** Filters of one group read the channels of this group only. */
  readonly groups: number
}

/** Conv2DTranspose. */
export interface TransposedConvolutionConfig extends Convolution {
  readonly kind: 'TransposedConvolution'
  readonly filters: number
}

/** DepthwiseConv2D. */
export interface DepthwiseConvolutionConfig extends Convolution {
  readonly kind: 'DepthwiseConvolution'
  readonly depthMultiplier: number
}

/** SeparableConv2D. */
export interface SeparableConvolutionConfig extends Convolution {
  readonly kind: 'SeparableConvolution'
  readonly filters: number
  readonly depthMultiplier: number
}

function readShared(fields: Fields): Convolution {
  return {
    kernelSize: pair(fields['kernelSize'], 1),
    strides: pair(fields['strides'], 1),
    dilationRate: pair(fields['dilationRate'], 1),
    padding: readPadding(fields['padding']),
    dataFormat: dataFormatOf(fields),
    activation: activationName(fields['activation']),
    useBias: fields['useBias'] !== false,
  }
}

export function readConvolution(fields: Fields): ConvolutionConfig {
  const [filters, groups] = [Number(fields['filters']), Number(fields['groups'] ?? 1)]
  return { kind: 'Convolution', ...readShared(fields), filters, groups }
}

export function readTransposedConvolution(fields: Fields): TransposedConvolutionConfig {
  return { kind: 'TransposedConvolution', ...readShared(fields), filters: Number(fields['filters']) }
}

export function readDepthwiseConvolution(fields: Fields): DepthwiseConvolutionConfig {
  const depthMultiplier = Number(fields['depthMultiplier'] ?? 1)
  return { kind: 'DepthwiseConvolution', ...readShared(fields), depthMultiplier }
}

export function readSeparableConvolution(fields: Fields): SeparableConvolutionConfig {
  const depthMultiplier = Number(fields['depthMultiplier'] ?? 1)
  const filters = Number(fields['filters'])
  return { kind: 'SeparableConvolution', ...readShared(fields), filters, depthMultiplier }
}
