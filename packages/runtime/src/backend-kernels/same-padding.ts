import { Conv2D, DepthwiseConv2dNative, FusedConv2D, FusedDepthwiseConv2D } from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * A convolution whose padding `same` is handed over as numbers where the stride exceeds the filter. XNNPACK refuses the
 * word there, and stock returns memory that nobody wrote to.
 */
function convolution(name: string, depthwise: boolean): KernelConfig {
  return defineKernel(
    name,
    ({ inputs, attrs, backend }: KernelCall<Record<'x' | 'filter', TensorInfo>, ConvAttributes>) => {
      const [strideHeight, strideWidth] = [attrs.strides].flat() as [number, number?]
      const [filterHeight, filterWidth] = inputs.filter.shape as [number, number]
      const exceeds = strideHeight > filterHeight || (strideWidth ?? strideHeight) > filterWidth
      if (attrs.pad !== 'same' || !exceeds) return runStock(name, backend, inputs, attrs)
      const { padInfo } = convInfo(name, inputs.x.shape, inputs.filter.shape, attrs, depthwise)
      const pad = [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ]
      return runStock(name, backend, inputs, { ...attrs, pad })
    },
    [name],
  )
}

export const convolutions: readonly KernelConfig[] = [
  convolution(Conv2D, false),
  convolution(FusedConv2D, false),
  convolution(DepthwiseConv2dNative, true),
  convolution(FusedDepthwiseConv2D, true),
]
