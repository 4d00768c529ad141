import { mapOperands, shardsFor, writeBordered } from '@treadle/kernels'
import { DepthwiseConv2dNativeBackpropFilter } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { checkGradient, convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { borderedInput } from './conv-program.ts'
import { depthwiseShape, depthwiseWork } from './depthwise-program.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { mapOf, sizeOf } from './maps.ts'

/** The gradient of a depthwise convolution's filter, [height, width, channels, multiplier]. The stock backend has no such kernel. */
export const depthwiseBackpropFilter = defineKernel(
  DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & { filterShape: number[] }>) => {
    const { x, dy } = inputs
    const info = convInfo('DepthwiseConv2dNativeBackpropFilter', x.shape, attrs.filterShape, attrs, true)
    checkGradient('DepthwiseConv2dNativeBackpropFilter', dy, info)
    const { batchSize, padInfo, outChannels } = info
    const out = backend.makeOutput([...attrs.filterShape], 'float32')
    const work = depthwiseWork(info)
    if (work === 0) {
      backend.floats(out).fill(0)
      return out
    }
    const shape = depthwiseShape(info)
    const shards = shardsFor((6 * work) / batchSize, batchSize)
    const taps = info.filterHeight * info.filterWidth
    const part = taps * shape.filters
    backend.program(out, { batchSize, shards }, (program) => {
      const map = borderedInput(backend, program, x, shape, [padInfo.top, padInfo.left])
      const gradient = writeBordered(program, 'dy', mapOf(backend, dy), sizeOf(dy), {
        channels: shape.filters,
      })
      const dw = program.buffer('dw', 4 * part * shards)
      program.emit('depthwiseWeights', {
        ...mapOperands('x', map),
        ...mapOperands('dy', gradient),
        dw,
        dwShard: 4 * part,
        db: 0,
        dbShard: 0,
        ...shape,
      })
      program.run(work)
      const sums = program.floats(dw, part * shards)
      const target = backend.floats(out)
      for (let i = 0; i < target.length; i++) {
        let sum = 0
        let at = Math.floor(i / outChannels) * shape.filters + (i % outChannels)
        for (; at < sums.length; at += part) sum += sums[at] as number
        target[i] = sum
      }
    })
    return out
  },
)

interface Inputs {
  x: TensorInfo
  dy: TensorInfo
}
