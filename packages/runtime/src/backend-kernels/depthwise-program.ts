import { gemmFlags, mapOperands, windowOperands } from '@treadle/kernels'
import type { TensorInfo, backend_util } from '@tensorflow/tfjs-core'
import type { KernelProgram } from '../kernel-program.ts'
import type { TreadleBackend } from '../treadle-backend.ts'
import { ROW_SHARDS, borderedInput, windowOf } from './conv-program.ts'
import { biasOf, padded, writeThrough } from './maps.ts'

/** The shape of a depthwise convolution, with padded channels. */
export function depthwiseShape(info: backend_util.Conv2DInfo) {
  return {
    height: info.outHeight,
    width: info.outWidth,
    channels: padded(info.inChannels),
    filters: padded(info.outChannels),
    multiplier: info.outChannels / info.inChannels,
    ...windowOperands(windowOf(info)),
  }
}

/** Multiply-adds of a depthwise convolution. */
export function depthwiseWork(info: backend_util.Conv2DInfo): number {
  return (
    info.batchSize * info.outHeight * info.outWidth * info.filterHeight * info.filterWidth * info.outChannels
  )
}

/** The weights in the kernels' layout: a row of padded filters for each tap. */
export function depthwiseWeights(
  backend: TreadleBackend,
  program: KernelProgram,
  filter: TensorInfo,
  info: backend_util.Conv2DInfo,
): number {
  const row = padded(info.outChannels)
  const taps = info.filterHeight * info.filterWidth
  const address = program.buffer('weights', 4 * taps * row)
  const to = program.floats(address, taps * row).fill(0)
  const from = backend.floats(filter)
  for (let tap = 0; tap < taps; tap++)
    to.set(from.subarray(tap * info.outChannels, (tap + 1) * info.outChannels), tap * row)
  return address
}

/** out = act(x ∗ filter + bias), each channel by itself. */
export function depthwise(
  backend: TreadleBackend,
  out: TensorInfo,
  { x, filter }: { readonly x: TensorInfo; readonly filter: TensorInfo },
  info: backend_util.Conv2DInfo,
  epilogue: { readonly bias: TensorInfo | undefined; readonly relu: boolean },
): void {
  const shape = depthwiseShape(info)
  const byRow = info.batchSize < ROW_SHARDS ? 1 : 0
  backend.program(out, { batchSize: info.batchSize, shards: ROW_SHARDS }, (program) => {
    const weights = depthwiseWeights(backend, program, filter, info)
    const bias = epilogue.bias ? biasOf(backend, program, epilogue.bias) : 0
    const before = [info.padInfo.top, info.padInfo.left] as const
    const map = borderedInput(backend, program, x, shape, before)
    if (byRow) program.barrier()
    writeThrough(
      backend,
      program,
      out,
      (y) =>
        program.emit('depthwise', {
          ...mapOperands('x', map),
          ...mapOperands('y', y),
          weights,
          bias,
          ...shape,
          flags: epilogue.relu ? gemmFlags.relu : 0,
          byRow,
        }),
      byRow === 1,
    )
    program.run(depthwiseWork(info))
  })
}
