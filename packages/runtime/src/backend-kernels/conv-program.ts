import {
  convolutionBorder,
  convolutionExtent,
  convolutionMethod,
  convolutionMethods,
  convolutionWeights,
  fromPixel,
  gemmFlags,
  windowOperands,
  writeBordered,
  writeConvolve,
  writeTransformed,
  type ConvolutionShape,
  type ConvolutionWindow,
  type MapView,
  type RowsColumns,
} from '@treadle/kernels'
import type { TensorInfo, backend_util } from '@tensorflow/tfjs-core'
import type { KernelProgram } from '../kernel-program.ts'
import type { TreadleBackend } from '../treadle-backend.ts'
import { biasOf, mapOf, padded, paddedInput, sizeOf, writeThrough } from './maps.ts'

/** Shards of a convolution whose images are split by rows: 1, 2, 4 and 8 threads can share them evenly. */
export const ROW_SHARDS = 8

/** How a convolution's kernel moves over the map. */
export function windowOf(info: backend_util.Conv2DInfo): ConvolutionWindow {
  return {
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilation: [info.dilationHeight, info.dilationWidth],
  }
}

/** Multiply-adds of a convolution. */
export function workOf(info: backend_util.Conv2DInfo): number {
  return (
    info.batchSize *
    info.outHeight *
    info.outWidth *
    info.filterHeight *
    info.filterWidth *
    info.inChannels *
    info.outChannels
  )
}

/** The shape of a convolution in the kernels' memory. */
export function shapeOf(info: backend_util.Conv2DInfo): ConvolutionShape {
  return {
    height: info.outHeight,
    width: info.outWidth,
    channels: paddedInput(info.inChannels),
    filters: padded(info.outChannels),
    ...windowOperands(windowOf(info)),
  }
}

/**
 * The weights of a convolution in the kernels' layout.
 * @param index gives the index of the weight of a tap, channel and filter in `source`
 */
export function packWeights(
  program: KernelProgram,
  source: () => Float32Array,
  shape: ConvolutionShape,
  counts: { readonly channels: number; readonly filters: number },
  index: (tap: number, channel: number, filter: number) => number,
): number {
  const layout = convolutionWeights(shape)
  const address = program.buffer('weights', layout.bytes)
  const from = source()
  const to = program.floats(address, layout.bytes / 4).fill(0)
  eachWeight(shape, counts, index, (original, position) => {
    to[position] = from[original] as number
  })
  return address
}

/** Calls `visit` with the index of each weight, and with its position in the kernels' layout. */
export function eachWeight(
  shape: ConvolutionShape,
  { channels, filters }: { readonly channels: number; readonly filters: number },
  index: (tap: number, channel: number, filter: number) => number,
  visit: (original: number, position: number) => void,
): void {
  const layout = convolutionWeights(shape)
  const taps = shape.kernelHeight * shape.kernelWidth
  for (let tap = 0; tap < taps; tap++)
    for (let channel = 0; channel < channels; channel++)
      for (let filter = 0; filter < filters; filter++)
        visit(index(tap, channel, filter), layout.at(tap * shape.channels + channel, filter))
}

/**
 * out = act(x ∗ weights + bias) by the convolution kernels. A sample's bits are the same in any batch.
 *
 * @param shape with padded channels
 * @param before rows and columns that the kernel starts above and to the left of the map
 * @param spacing distance of neighbouring pixels of `x` on the grid that the kernel moves over
 */
export function convolve(
  backend: TreadleBackend,
  out: TensorInfo,
  x: TensorInfo,
  {
    shape,
    before,
    spacing = [1, 1],
    work,
    ...options
  }: {
    readonly shape: ConvolutionShape
    readonly before: RowsColumns
    readonly spacing?: RowsColumns
    readonly work: number
    readonly weights: (program: KernelProgram) => number
    readonly bias?: TensorInfo | undefined
    readonly relu?: boolean
  },
): void {
  const [images] = x.shape as [number]
  const byRow = images < ROW_SHARDS ? 1 : 0
  backend.program(out, { batchSize: images, shards: ROW_SHARDS }, (program) => {
    const method = convolutionMethod(shape)
    const packed = options.weights(program)
    const bias = options.bias ? biasOf(backend, program, options.bias) : 0
    const weights = writeTransformed(program, packed, shape, method, (bytes) =>
      program.buffer('transformed', bytes),
    )
    if (method !== convolutionMethods.direct) program.barrier()
    const map = borderedInput(backend, program, x, shape, before, spacing, method)
    if (byRow) program.barrier()
    writeThrough(
      backend,
      program,
      out,
      (y) =>
        writeConvolve(program, map, y, shape, {
          weights,
          method,
          bias,
          flags: options.relu ? gemmFlags.relu : 0,
          byRow,
        }),
      byRow === 1,
    )
    program.run(work)
  })
}

/** A tensor with the border that the method reads, from the pixel that the kernel's first tap meets. */
export function borderedInput(
  backend: TreadleBackend,
  program: KernelProgram,
  x: TensorInfo,
  shape: ConvolutionShape,
  before: RowsColumns,
  spacing: RowsColumns = [1, 1],
  method: number = convolutionMethods.direct,
): MapView {
  const size = sizeOf(x)
  const sides = convolutionBorder(size, spacing, before, [convolutionExtent(shape, method)])
  const map = writeBordered(program, 'bordered', mapOf(backend, x), size, {
    sides,
    spacing,
    channels: shape.channels,
  })
  return fromPixel(program, map, -before[0], -before[1])
}
