import { DepthwiseConv2dNativeBackpropFilter } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { tapsOf } from './taps.ts'

/**
 * The gradient of a depthwise convolution's filter, [height, width, channels, multiplier]. The sum of each weight over the
 * pixels of the batch uses double precision. The stock backend has no such kernel.
 */
export const depthwiseBackpropFilter = defineKernel(
  DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & { filterShape: number[] }>) => {
    const info = convInfo(
      'DepthwiseConv2dNativeBackpropFilter',
      inputs.x.shape,
      attrs.filterShape,
      attrs,
      true,
    )
    const { batchSize, inChannels, outChannels } = info
    const multiplier = outChannels / inChannels
    const taps = tapsOf(info)
    const positions = info.filterHeight * info.filterWidth
    const pixels = info.inHeight * info.inWidth
    const outPixels = info.outHeight * info.outWidth
    const out = backend.makeOutput([...attrs.filterShape], 'float32')
    const x = backend.floats(inputs.x)
    const dy = backend.floats(inputs.dy)
    const sums = new Float64Array(positions * outChannels)
    for (let image = 0; image < batchSize; image++) {
      for (let outPixel = 0; outPixel < outPixels; outPixel++) {
        for (let position = 0; position < positions; position++) {
          const pixel = taps[outPixel * positions + position] as number
          if (pixel < 0) continue
          let from = (image * pixels + pixel) * inChannels
          let above = (image * outPixels + outPixel) * outChannels
          let weight = position * outChannels
          for (const end = weight + outChannels; weight < end; from++) {
            const value = x[from] as number
            for (let i = 0; i < multiplier; i++, weight++, above++) {
              sums[weight] = (sums[weight] as number) + value * (dy[above] as number)
            }
          }
        }
      }
    }
    backend.floats(out).set(sums)
    return out
  },
)

interface Inputs {
  x: TensorInfo
  dy: TensorInfo
}
