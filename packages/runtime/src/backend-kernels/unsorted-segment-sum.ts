import { UnsortedSegmentSum, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * Sums the rows of `x`, [rows, …], that have the same ID in `segmentIds`: [numSegments, …]. Ignores rows whose ID is
 * outside [0, numSegments). This is the gradient of `gather`, so of every embedding. The stock backend has no such kernel.
 */
export const unsortedSegmentSum = defineKernel(
  UnsortedSegmentSum,
  ({ inputs, attrs: { numSegments }, backend }: KernelCall<Inputs, { numSegments: number }>) => {
    const rest = inputs.x.shape.slice(1)
    const row = util.sizeFromShape(rest)
    const out = backend.makeOutput([numSegments, ...rest], inputs.x.dtype)
    const x = backend.typedArrayFromHeap(inputs.x)
    const ids = backend.typedArrayFromHeap(inputs.segmentIds)
    const sums = backend.typedArrayFromHeap(out)
    sums.fill(0)
    // One ID covers `run` elements: a row, or a part of it if the IDs have more dimensions.
    const run = ids.length === 0 ? 0 : x.length / ids.length
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number
      if (id < 0 || id >= numSegments) continue
      let from = i * run
      let to = id * row + (from % row)
      for (const end = from + run; from < end; from++, to++)
        sums[to] = (sums[to] as number) + (x[from] as number)
    }
    return out
  },
)

interface Inputs {
  x: TensorInfo
  segmentIds: TensorInfo
}
