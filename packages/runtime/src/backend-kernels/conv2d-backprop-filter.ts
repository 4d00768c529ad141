import {
  convolutionGradientExtent,
  convolutionSharing,
  convolutionWeights,
  convolutionWeightsMethod,
  shardsFor,
  writeBordered,
  writeConvolveWeights,
} from '@treadle/kernels'
import { Conv2DBackpropFilter } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { checkGradient, convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { borderedInput, eachWeight, shapeOf, workOf } from './conv-program.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { mapOf, sizeOf } from './maps.ts'

/** The gradient of a convolution's filter, [height, width, channels, outputs]. The stock backend has no such kernel. */
export const conv2dBackpropFilter = defineKernel(
  Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend }: KernelCall<Inputs, ConvAttributes & { filterShape: number[] }>) => {
    const info = convInfo('Conv2DBackpropFilter', x.shape, attrs.filterShape, attrs, false)
    checkGradient('Conv2DBackpropFilter', dy, info)
    const { inChannels: channels, outChannels: filters, batchSize, padInfo } = info
    const out = backend.makeOutput([...attrs.filterShape], 'float32')
    const work = workOf(info)
    if (work === 0) {
      backend.floats(out).fill(0)
      return out
    }
    const shape = shapeOf(info)
    const method = convolutionWeightsMethod(shape)
    const shards = shardsFor((6 * work) / batchSize, batchSize)
    const sharing = convolutionSharing(shape, method, { shards, batchSize })
    const { bytes } = convolutionWeights(shape)
    backend.program(out, { batchSize, shards }, (program) => {
      const map = borderedInput(backend, program, x, shape, [padInfo.top, padInfo.left], [1, 1], method)
      const { rows, columns } = convolutionGradientExtent(shape, method)
      const size = sizeOf(dy)
      const sides = { top: 0, left: 0, bottom: rows - size.height, right: columns - size.width }
      const gradient = writeBordered(program, 'dy', mapOf(backend, dy), size, {
        sides,
        channels: shape.filters,
      })
      // Groups of filters read the images of other shards.
      if (sharing.groups > 1) program.barrier()
      const dw = program.buffer('dw', bytes * sharing.parts)
      writeConvolveWeights(program, map, gradient, shape, {
        dw,
        dwPart: bytes,
        db: 0,
        dbPart: 0,
        method,
        ...sharing,
      })
      program.run(work)
      const sums = program.floats(dw, (bytes / 4) * sharing.parts)
      const target = backend.floats(out)
      eachWeight(
        shape,
        { channels, filters },
        (tap, channel, filter) => (tap * channels + channel) * filters + filter,
        (original, position) => {
          let sum = 0
          for (let part = 0, at = position; part < sharing.parts; part++, at += bytes / 4)
            sum += sums[at] as number
          target[original] = sum
        },
      )
    })
    return out
  },
)

interface Inputs {
  x: TensorInfo
  dy: TensorInfo
}
