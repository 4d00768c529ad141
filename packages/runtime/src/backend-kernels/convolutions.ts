import { Conv2D, DepthwiseConv2dNative, FusedConv2D, FusedDepthwiseConv2D } from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo, backend_util } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { convolve, packWeights, shapeOf, workOf } from './conv-program.ts'
import { depthwise } from './depthwise-program.ts'
import { defineKernel } from './kernel.ts'
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

type Compute = (
  backend: TreadleBackend,
  out: TensorInfo,
  inputs: Inputs,
  info: backend_util.Conv2DInfo,
  epilogue: { readonly bias: TensorInfo | undefined; readonly relu: boolean },
) => void

/** A convolution by the kernels, which add the bias and apply ReLU. The other activations follow. */
function convolution(name: string, isDepthwise: boolean, compute: Compute): KernelConfig {
  return defineKernel(name, ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & Epilogue>) => {
    const { x, filter, bias } = inputs
    const info = convInfo(name, x.shape, filter.shape, attrs, isDepthwise)
    const out = backend.makeOutput(info.outShape, 'float32')
    if (workOf(info) === 0) {
      backend.floats(out).fill(0)
      return finish(backend, out, { ...inputs, ...attrs })
    }
    const vector = bias && perChannel(backend, bias, info.outChannels)
    const fits = !bias || vector !== undefined
    const relu = fits && attrs.activation === 'relu'
    try {
      compute(backend, out, inputs, info, { bias: vector, relu })
    } finally {
      if (vector) backend.disposeData(vector.dataId)
    }
    if (!fits) return finish(backend, out, { ...inputs, ...attrs })
    const { bias: _, ...rest } = inputs
    return relu ? out : finish(backend, out, { ...rest, ...attrs })
  })
}

const full: Compute = (backend, out, { x, filter }, info, epilogue) => {
  const { inChannels: channels, outChannels: filters, padInfo } = info
  const shape = shapeOf(info)
  convolve(backend, out, x, {
    shape,
    before: [padInfo.top, padInfo.left],
    work: workOf(info),
    weights: (program) =>
      packWeights(
        program,
        () => backend.floats(filter),
        shape,
        { channels, filters },
        (tap, channel, output) => (tap * channels + channel) * filters + output,
      ),
    ...epilogue,
  })
}

export const convolutions: readonly KernelConfig[] = [
  convolution(Conv2D, false, full),
  convolution(FusedConv2D, false, full),
  convolution(DepthwiseConv2dNative, true, depthwise),
  convolution(FusedDepthwiseConv2D, true, depthwise),
]
