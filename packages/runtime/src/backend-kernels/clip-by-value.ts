import { ClipByValue } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * Clips float32 to [clipValueMin, clipValueMax] and keeps NaN. The stock kernel replaces NaN by a bound. A loss that clips
 * its predictions, such as cross-entropy, then hides that training has failed.
 */
export const clipByValue = defineKernel(
  ClipByValue,
  ({
    inputs,
    attrs,
    backend,
  }: KernelCall<{ x: TensorInfo }, { clipValueMin: number; clipValueMax: number }>) => {
    if (inputs.x.dtype !== 'float32') return runStock(ClipByValue, backend, inputs, attrs)
    const { clipValueMin, clipValueMax } = attrs
    const out = backend.makeOutput(inputs.x.shape, 'float32')
    const from = backend.floats(inputs.x)
    const to = backend.floats(out)
    for (let i = 0; i < to.length; i++) {
      const value = from[i] as number
      to[i] = value < clipValueMin ? clipValueMin : value > clipValueMax ? clipValueMax : value
    }
    return out
  },
)
