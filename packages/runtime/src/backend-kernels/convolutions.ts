import { Conv2D, DepthwiseConv2dNative, FusedConv2D, FusedDepthwiseConv2D, util } from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel, runKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { perChannel } from './per-channel.ts'
import { finish } from './unfused.ts'
import type { Epilogue } from './unfused.ts'

interface Inputs {
  x: TensorInfo
  filter: TensorInfo
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

/**
 * The stock convolution, on all threads if it is large enough. Supports every shape of bias with one number per channel.
 * If the stride exceeds the filter, padding `same` is passed as explicit numbers: XNNPACK does not support `same` there,
 * and the stock kernel returns uninitialised memory.
 *
 * @param plain the kernel without bias and activation, if `name` is a fused kernel
 */
function convolution(name: string, depthwise: boolean, plain?: string): KernelConfig {
  return defineKernel(name, ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & Epilogue>) => {
    const { x, filter, bias } = inputs
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
    const vector = bias && perChannel(backend, bias, info.outChannels)
    if (plain && bias && !vector) {
      return finish(backend, runKernel(plain, backend, { x, filter }, attrs), { ...inputs, ...attrs })
    }
    const given = { ...inputs, ...(vector && { bias: vector }) }
    const out = backend.pool.run(work, () => runStock(name, backend, given, { ...attrs, pad }))
    if (vector) backend.disposeData(vector.dataId)
    return out
  })
}

export const convolutions: readonly KernelConfig[] = [
  convolution(Conv2D, false),
  convolution(FusedConv2D, false, Conv2D),
  convolution(DepthwiseConv2dNative, true),
  convolution(FusedDepthwiseConv2D, true, DepthwiseConv2dNative),
]
