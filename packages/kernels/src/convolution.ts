import { convolutionMethods, type ConvolutionShape } from './manifest/convolution.ts'
import type { DepthwiseShape } from './manifest/depthwise.ts'

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
 * The rate of each method's products, times that of our plain product, as `pnpm bench:convolution` measures it.
 * Transforms count against the method.
 */
const FORWARD_RATES: Readonly<Record<Method, number>> = { 0: 1.08, 2: 0.74, 4: 0.6 }
const WEIGHTS_RATES: Readonly<Record<Method, number>> = { 0: 0.89, 2: 0.7, 4: 0.52 }
/** Below so many channels or filters the transforms cost more than they save. */
const LEAST_CHANNELS = 16

/**
 * Chooses the method of `convolve` by the shape alone: a sample's answer is the same in any batch and on any machine.
 * @returns a value of the operand `method`
 */
export function convolutionMethod(shape: ConvolutionShape): Method {
  return fastest(shape, FORWARD_RATES)
}

/** The same for `convolveWeights`. */
export function convolutionWeightsMethod(shape: ConvolutionShape): Method {
  return fastest(shape, WEIGHTS_RATES)
}

function fastest(shape: ConvolutionShape, rates: Readonly<Record<Method, number>>): Method {
  const { direct, winograd2, winograd4 } = convolutionMethods
  const { height, width, channels, filters } = shape
  const plain = [shape.strideHeight, shape.strideWidth, shape.dilationHeight, shape.dilationWidth]
  if (
    shape.kernelHeight !== 3 ||
    shape.kernelWidth !== 3 ||
    plain.some((step) => step !== 1) ||
    channels % 4 !== 0 ||
    Math.min(channels, filters) < LEAST_CHANNELS
  )
    return direct
  const time = (method: Method): number => {
    const products =
      method === direct
        ? 9 * height * width
        : (method + 2) ** 2 * Math.ceil(height / method) * Math.ceil(width / method)
    return products / rates[method]
  }
  return [direct, winograd2, winograd4].reduce((best, method) => (time(method) < time(best) ? method : best))
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

/** The least number of tiles in a part of the images: their products then cost more than the loads and stores of their sums. */
const PART_TILES = 32
/** Floats of all parts of a kernel's gradient at most. */
const PARTS_FLOATS = 1_048_576

/** How the shards of `convolveWeights` share a batch: its operands `parts` and `groups`. */
export interface ConvolutionSharing {
  /** Parts of the images, each with a sum of its own. */
  readonly parts: number
  /** Groups of panels of filters. */
  readonly groups: number
}

/**
 * Splits `batchSize` images and the filters over `shards` shards: the images as long as a part has tiles and memory
 * enough, because each group of filters transforms the input again.
 */
export function convolutionSharing(
  shape: ConvolutionShape,
  method: number,
  { shards, batchSize }: { readonly shards: number; readonly batchSize: number },
): ConvolutionSharing {
  const panels = panelsOf(shape.filters)
  const floats = convolutionWeights(shape).bytes / 4
  const tiles =
    method === convolutionMethods.direct
      ? Infinity
      : batchSize * Math.ceil(shape.height / method) * Math.ceil(shape.width / method)
  let best = shards
  for (let parts = shards - 1; parts > 0; parts--) {
    if (tiles >= best * PART_TILES && best * floats <= PARTS_FLOATS) break
    if (shards % parts === 0 && shards / parts <= panels) best = parts
  }
  return { parts: best, groups: shards / best }
}

function wholeTiles(length: number, method: number): number {
  const tile = Math.max(1, method)
  return Math.ceil(length / tile) * tile
}

/** Tiles that a Winograd method transforms at once: see assembly/winograd.ts. */
const TILES = 32
const GRADIENT_TILES = 64
/** Bytes of room between a transform's columns and rows. */
const BETWEEN = 36 * 32

/** Bytes of a block of transformed tiles: rows of `row` floats, for each point of a tile. */
function blockBytes(method: number, tiles: number, row: number): number {
  return (method + 2) ** 2 * (4 * tiles * row + 64)
}

/** Bytes of scratch for each thread of `convolve`. 0: none. */
export function convolutionScratch({ channels, filters }: ConvolutionShape, method: number): number {
  if (method === convolutionMethods.direct) return 0
  return BETWEEN + blockBytes(method, TILES, channels) + blockBytes(method, TILES, filters)
}

/** Bytes of scratch for each thread of `convolveWeights`. 0: none. */
export function convolutionWeightsScratch(shape: ConvolutionShape, method: number): number {
  if (method === convolutionMethods.direct) return 0
  const panels = (count: number): number =>
    panelsOf(count) * blockBytes(method, GRADIENT_TILES, Math.min(16, count))
  const sums = convolutionTransformedBytes(shape, method)
  return BETWEEN + panels(shape.channels) + panels(shape.filters) + sums
}

/** Bytes of scratch for each thread of `depthwiseInput`: weights and a line of dy, a plane for each filter of a channel. 0: none. */
export function depthwiseInputScratch(shape: DepthwiseShape): number {
  const { width, channels, kernelHeight, kernelWidth, multiplier } = shape
  return multiplier === 1 ? 0 : 4 * (kernelHeight * kernelWidth + width) * multiplier * channels
}

/** Bytes of what `winogradWeights` writes. */
export function convolutionTransformedBytes({ channels, filters }: ConvolutionShape, method: number): number {
  return (method + 2) ** 2 * (channels * panelsOf(filters) * 4 * Math.min(16, filters) + 64)
}
