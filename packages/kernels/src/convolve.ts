import {
  convolutionScratch,
  convolutionTransformedBytes,
  convolutionWeightsScratch,
  depthwiseInputScratch,
  type ConvolutionSharing,
  type Extent,
} from './convolution.ts'
import {
  mapOperands,
  type MapSize,
  type MapView,
  type ProgramWriter,
  type RowsColumns,
  type Sides,
} from './feature-map.ts'
import { convolutionMethods, type ConvolutionShape, type DepthwiseShape } from './manifest/index.ts'

/** How a kernel moves over a map. */
export interface ConvolutionWindow {
  readonly kernel: RowsColumns
  readonly strides: RowsColumns
  readonly dilation: RowsColumns
}

/** The operands of a window. */
export function windowOperands({ kernel, strides, dilation }: ConvolutionWindow) {
  return {
    kernelHeight: kernel[0],
    kernelWidth: kernel[1],
    strideHeight: strides[0],
    strideWidth: strides[1],
    dilationHeight: dilation[0],
    dilationWidth: dilation[1],
  }
}

/**
 * The border of zeros that a convolution needs around a map: `before` it, and as far as its extents reach.
 * @param spacing distance of neighbouring pixels of the map on the grid that the kernel moves over
 * @param before rows and columns above and to the left of the map. Negative where the kernel starts inside the map
 */
export function convolutionBorder(
  { height, width }: Pick<MapSize, 'height' | 'width'>,
  spacing: RowsColumns,
  [top, left]: RowsColumns,
  extents: readonly Extent[],
): Sides {
  const rows = Math.max(...extents.map((extent) => extent.rows))
  const columns = Math.max(...extents.map((extent) => extent.columns))
  return {
    top: Math.max(0, top),
    left: Math.max(0, left),
    bottom: Math.max(0, rows - top - ((height - 1) * spacing[0] + 1)),
    right: Math.max(0, columns - left - ((width - 1) * spacing[1] + 1)),
  }
}

/** The convolution that takes the gradient of a convolution's output to the gradient of its input. */
export interface InputGradient {
  readonly shape: ConvolutionShape
  /** Rows and columns that the flipped kernel starts above and to the left of dy. */
  readonly before: RowsColumns
}

/**
 * @param filters of the convolution, padded to a multiple of four
 * @param before rows and columns of zeros above and to the left of the input
 * @param spacing distance of neighbouring input pixels on the grid that the kernel moves over
 */
export function inputGradient(
  { kernel, dilation }: ConvolutionWindow,
  input: MapSize,
  filters: number,
  before: RowsColumns,
  spacing: RowsColumns = [1, 1],
): InputGradient {
  return {
    shape: {
      height: input.height,
      width: input.width,
      channels: filters,
      filters: input.channels,
      ...windowOperands({ kernel, strides: spacing, dilation }),
    },
    before: [(kernel[0] - 1) * dilation[0] - before[0], (kernel[1] - 1) * dilation[1] - before[1]],
  }
}

/** Transforms weights for a Winograd method. @param target from `convolutionTransformedBytes`; `source` itself if direct */
export function writeTransformed<Address>(
  writer: ProgramWriter<Address>,
  source: Address,
  { channels, filters, ...shape }: ConvolutionShape,
  method: number,
  buffer: (bytes: number) => Address,
): Address {
  if (method === convolutionMethods.direct) return source
  const target = buffer(convolutionTransformedBytes({ channels, filters, ...shape }, method))
  writer.emit('winogradWeights', { source, target, channels, filters, method })
  return target
}

/** y = act(x ∗ weights + bias). @param x from the pixel that the first tap meets */
export function writeConvolve<Address>(
  writer: ProgramWriter<Address>,
  x: MapView<Address>,
  y: MapView<Address>,
  shape: ConvolutionShape,
  operands: {
    readonly weights: Address
    readonly method: number
    readonly bias: Address | 0
    readonly flags: number
    readonly byRow: 0 | 1
  },
): void {
  writer.emit('convolve', {
    ...mapOperands('x', x),
    ...mapOperands('y', y),
    ...shape,
    ...operands,
    ...scratchFor(writer, convolutionScratch(shape, operands.method)),
  })
}

/** dw and db. @param x from the pixel that the first tap meets */
export function writeConvolveWeights<Address>(
  writer: ProgramWriter<Address>,
  x: MapView<Address>,
  dy: MapView<Address>,
  shape: ConvolutionShape,
  operands: {
    readonly dw: Address
    readonly dwPart: number
    readonly db: Address | 0
    readonly dbPart: number
    readonly method: number
  } & ConvolutionSharing,
): void {
  writer.emit('convolveWeights', {
    ...mapOperands('x', x),
    ...mapOperands('dy', dy),
    ...shape,
    ...operands,
    ...scratchFor(writer, convolutionWeightsScratch(shape, operands.method)),
  })
}

/** The gradient of `depthwise` by its input. */
export function writeDepthwiseInput<Address>(
  writer: ProgramWriter<Address>,
  dy: MapView<Address>,
  dx: MapView<Address>,
  shape: DepthwiseShape,
  operands: {
    readonly weights: Address
    readonly inputHeight: number
    readonly inputWidth: number
    readonly top: number
    readonly left: number
    readonly accumulate: 0 | 1
  },
): void {
  writer.emit('depthwiseInput', {
    ...mapOperands('dy', dy),
    ...mapOperands('dx', dx),
    ...shape,
    ...operands,
    ...scratchFor(writer, depthwiseInputScratch(shape)),
  })
}

function scratchFor<Address>(writer: ProgramWriter<Address>, scratchThread: number) {
  // Threads beyond the number of shards take none.
  const bytes = scratchThread * Math.min(writer.shards, writer.threads)
  const scratch: Address | 0 = bytes > 0 ? writer.buffer('scratch', bytes) : 0
  return { scratch, scratchThread }
}
