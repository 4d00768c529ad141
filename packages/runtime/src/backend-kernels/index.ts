import type { KernelConfig } from '@tensorflow/tfjs-core'
import { arithmeticKernels } from './arithmetic.ts'
import { batchMatMul } from './batch-mat-mul.ts'
import { cast } from './cast.ts'
import { clipByValue } from './clip-by-value.ts'
import { concat } from './concat.ts'
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts'
import { conv2dBackpropInput } from './conv2d-backprop-input.ts'
import { convolutions3d } from './convolutions-3d.ts'
import { convolutions } from './convolutions.ts'
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.ts'
import { depthwiseBackpropInput } from './depthwise-backprop-input.ts'
import { einsum } from './einsum.ts'
import { fusedBatchNorm } from './fused-batch-norm.ts'
import { fusedMatMul } from './fused-mat-mul.ts'
import { gather } from './gather.ts'
import { identity } from './identity.ts'
import { pooling } from './pooling.ts'
import { prelu } from './prelu.ts'
import { slice, splitV } from './slice.ts'
import { sums } from './sums.ts'
import { tile } from './tile.ts'
import { unsortedSegmentSum } from './unsorted-segment-sum.ts'

/** The kernels of `treadle-wasm` that replace kernels of `wasm`, or that `wasm` does not have. */
export const kernels: readonly KernelConfig[] = [
  ...arithmeticKernels,
  ...convolutions,
  ...convolutions3d,
  ...pooling,
  ...sums,
  batchMatMul,
  cast,
  clipByValue,
  concat,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  fusedBatchNorm,
  fusedMatMul,
  gather,
  identity,
  prelu,
  slice,
  splitV,
  tile,
  unsortedSegmentSum,
]
