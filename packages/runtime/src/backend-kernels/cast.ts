import { Cast } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/** The stock cast, except to bool: every value other than 0 becomes 1. The stock kernel keeps the low byte. */
export const cast = defineKernel(
  Cast,
  ({ inputs, attrs, backend }: KernelCall<{ x: TensorInfo }, { dtype: string }>) => {
    const { x } = inputs
    if (attrs.dtype !== 'bool' || (x.dtype !== 'float32' && x.dtype !== 'int32')) {
      return runStock(Cast, backend, inputs, attrs)
    }
    const out = backend.makeOutput(x.shape, 'bool')
    const from = backend.typedArrayFromHeap(x)
    const to = backend.typedArrayFromHeap(out)
    for (let i = 0; i < to.length; i++) to[i] = from[i] === 0 ? 0 : 1
    return out
  },
)
