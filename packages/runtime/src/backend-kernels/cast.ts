import { Cast } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/** Stock's cast, except to bool: there what is not 0 becomes 1, where stock keeps the low byte of the number. */
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
