import { GatherV2, backend_util, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * Slices of `x` along an axis by index. The stock kernel reads outside of its indices if there are batch dimensions: a
 * trap or wrong values, as the heap has it. This kernel does those; the stock one all others.
 */
export const gather = defineKernel(
  GatherV2,
  ({ inputs, attrs, backend }: KernelCall<Inputs, { axis: number; batchDims: number }>) => {
    const { x, indices } = inputs
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number
    const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, attrs.batchDims)
    const { batchSize, outerSize, dimSize, sliceSize } = info
    if (batchSize <= 1 || x.dtype === 'string') return runStock(GatherV2, backend, { x, indices }, attrs)
    const out = backend.makeOutput(info.outputShape, x.dtype)
    const from = backend.words(x)
    const to = backend.words(out)
    const chosen = backend.words(indices)
    const perBatch = chosen.length / batchSize
    let at = 0
    for (let batch = 0; batch < batchSize; batch++) {
      for (let outer = 0; outer < outerSize; outer++) {
        for (let i = 0; i < perBatch; i++, at += sliceSize) {
          const index = chosen[batch * perBatch + i] as number
          util.assert(
            index >= 0 && index < dimSize,
            () => `GatherV2: the index value ${index} is not in [0, ${dimSize - 1}]`,
          )
          const first = ((batch * outerSize + outer) * dimSize + index) * sliceSize
          to.set(from.subarray(first, first + sliceSize), at)
        }
      }
    }
    return out
  },
)

interface Inputs {
  x: TensorInfo
  indices: TensorInfo
}
