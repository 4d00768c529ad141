import { Conv2D, DepthwiseConv2dNative, FusedConv2D, FusedDepthwiseConv2D, util } from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * Stock's convolution, threaded where that pays, with padding `same` handed over as numbers where the stride exceeds
 * the filter: XNNPACK refuses the word there, and stock returns memory that nobody wrote to.
 */
function convolution(name: string, depthwise: boolean): KernelConfig {
  return defineKernel(
    name,
    ({ inputs, attrs, backend }: KernelCall<Record<'x' | 'filter', TensorInfo>, ConvAttributes>) => {
      const { x, filter } = inputs
      const info = convInfo(name, x.shape, filter.shape, attrs, depthwise)
      const exceeds = info.strideHeight > info.filterHeight || info.strideWidth > info.filterWidth
      const { top, bottom, left, right } = info.padInfo
      const pad = exceeds
        ? [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ]
        : attrs.pad
      const work = info.batchSize * info.outHeight * info.outWidth * util.sizeFromShape(filter.shape)
      return backend.pool.run(work, () => runStock(name, backend, inputs, { ...attrs, pad }))
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
