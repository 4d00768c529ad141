import { writeBordered, writeDepthwiseInput } from '@treadle/kernels'
import { DepthwiseConv2dNativeBackpropInput } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { checkGradient, convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { ROW_SHARDS } from './conv-program.ts'
import { depthwiseShape, depthwiseWeights, depthwiseWork } from './depthwise-program.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { mapOf, sizeOf, writeThrough } from './maps.ts'

/** The gradient of a depthwise convolution's input, [batch, height, width, channels]. The stock backend has no such kernel. */
export const depthwiseBackpropInput = defineKernel(
  DepthwiseConv2dNativeBackpropInput,
  ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & { inputShape: number[] }>) => {
    const { dy, filter } = inputs
    const info = convInfo('DepthwiseConv2dNativeBackpropInput', attrs.inputShape, filter.shape, attrs, true)
    checkGradient('DepthwiseConv2dNativeBackpropInput', dy, info)
    const out = backend.makeOutput([...attrs.inputShape], 'float32')
    const work = depthwiseWork(info)
    if (work === 0) {
      backend.floats(out).fill(0)
      return out
    }
    const shape = depthwiseShape(info)
    backend.program(out, { batchSize: info.batchSize, shards: ROW_SHARDS }, (program) => {
      const weights = depthwiseWeights(backend, program, filter, info)
      const gradient = writeBordered(program, 'dy', mapOf(backend, dy), sizeOf(dy), {
        channels: shape.filters,
      })
      writeThrough(backend, program, out, (dx) =>
        writeDepthwiseInput(program, gradient, dx, shape, {
          weights,
          inputHeight: info.inHeight,
          inputWidth: info.inWidth,
          top: info.padInfo.top,
          left: info.padInfo.left,
          accumulate: 0,
        }),
      )
      program.run(work)
    })
    return out
  },
)

interface Inputs {
  dy: TensorInfo
  filter: TensorInfo
}
