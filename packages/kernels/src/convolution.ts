import { convolutionMethods, type ConvolutionShape } from './manifest/convolution.ts'

type Method = (typeof convolutionMethods)[keyof typeof convolutionMethods]

/** How the weights of a convolution lie: panels of 16 filters, or one of 4, 8 or 12. */
export interface WeightsLayout {
  /** Bytes from one row of a panel to the next. */
  readonly row: number
  /** Bytes from one panel to the next. */
  readonly panel: number
  /** Bytes of all panels. */
  readonly bytes: number
  /** The index of a weight, in floats. `row` is (ky · kernelWidth + kx) · channels + channel. */
  at(row: number, filter: number): number
}

const panelsOf = (filters: number): number => Math.ceil(filters / 16)

/** The layout of a convolution's weights. */
export function convolutionWeights({
  channels,
  filters,
  kernelHeight,
  kernelWidth,
}: Pick<ConvolutionShape, 'channels' | 'filters' | 'kernelHeight' | 'kernelWidth'>): WeightsLayout {
  const row = 4 * Math.min(16, filters)
  const panel = kernelHeight * kernelWidth * channels * row
  return {
    row,
    panel,
    bytes: panelsOf(filters) * panel,
    at: (index, filter) => ((filter >> 4) * panel + index * row) / 4 + (filter & 15),
  }
}

/**
 * Chooses the method of `convolve`, by the shape alone: a sample's answer is the same in any batch and on any machine.
 * @returns a value of the operand `method`
 */
export function convolutionMethod(_shape: ConvolutionShape): Method {
  return convolutionMethods.direct
}

/** The same for `convolveWeights`. */
export function convolutionWeightsMethod(_shape: ConvolutionShape): Method {
  return convolutionMethods.direct
}

/** Pixels that a convolution reads. */
export interface Extent {
  readonly rows: number
  readonly columns: number
}

/**
 * The pixels that `convolve` and `convolveWeights` read from `x` on, downwards and to the right. A Winograd method reads
 * whole tiles, so more than the kernel meets: what lies outside of the map must be zero, as the border is.
 */
export function convolutionExtent(shape: ConvolutionShape, method: number): Extent {
  const rows = wholeTiles(shape.height, method)
  const columns = wholeTiles(shape.width, method)
  return {
    rows: (rows - 1) * shape.strideHeight + (shape.kernelHeight - 1) * shape.dilationHeight + 1,
    columns: (columns - 1) * shape.strideWidth + (shape.kernelWidth - 1) * shape.dilationWidth + 1,
  }
}

/** The pixels that `convolveWeights` reads from `dy` on: those beyond the map must be zero. */
export function convolutionGradientExtent({ height, width }: ConvolutionShape, method: number): Extent {
  return { rows: wholeTiles(height, method), columns: wholeTiles(width, method) }
}

function wholeTiles(length: number, method: number): number {
  const tile = Math.max(1, method)
  return Math.ceil(length / tile) * tile
}

/** Bytes of scratch for each shard of `convolve`. 0: none. */
export function convolutionScratch(_shape: ConvolutionShape, _method: number): number {
  return 0
}

/** Bytes of scratch for each shard of `convolveWeights`. */
export function convolutionWeightsScratch(_shape: ConvolutionShape, _method: number): number {
  return 0
}

/** Bytes of what `winogradWeights` writes. */
export function convolutionTransformedBytes({ channels, filters }: ConvolutionShape, method: number): number {
  return (method + 2) ** 2 * channels * panelsOf(filters) * 4 * Math.min(16, filters)
}
