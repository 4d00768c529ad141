import { DepthwiseConv2dNativeBackpropInput } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { tapsOf } from './taps.ts'

/**
 * The gradient of a depthwise convolution's input, [batch, height, width, channels]. Multiplies every element of dy by the
 * filter and adds the products to the input pixels, in double precision per image. The stock backend has no such kernel.
 */
export const depthwiseBackpropInput = defineKernel(
  DepthwiseConv2dNativeBackpropInput,
  ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & { inputShape: number[] }>) => {
    const shape = inputs.filter.shape
    const info = convInfo('DepthwiseConv2dNativeBackpropInput', attrs.inputShape, shape, attrs, true)
    const { batchSize, inChannels, outChannels } = info
    const multiplier = outChannels / inChannels
    const taps = tapsOf(info)
    const positions = info.filterHeight * info.filterWidth
    const outPixels = info.outHeight * info.outWidth
    const out = backend.makeOutput([...attrs.inputShape], 'float32')
    const dy = backend.floats(inputs.dy)
    const filter = backend.floats(inputs.filter)
    const gradient = backend.floats(out)
    const imageSize = info.inHeight * info.inWidth * inChannels
    const sums = new Float64Array(imageSize)
    for (let image = 0; image < batchSize; image++) {
      sums.fill(0)
      for (let outPixel = 0; outPixel < outPixels; outPixel++) {
        for (let position = 0; position < positions; position++) {
          const pixel = taps[outPixel * positions + position] as number
          if (pixel < 0) continue
          let to = pixel * inChannels
          let above = (image * outPixels + outPixel) * outChannels
          let weight = position * outChannels
          for (const end = weight + outChannels; weight < end; to++) {
            let sum = sums[to] as number
            for (let i = 0; i < multiplier; i++, weight++, above++)
              sum += (dy[above] as number) * (filter[weight] as number)
            sums[to] = sum
          }
        }
      }
      gradient.set(sums, image * imageSize)
    }
    return out
  },
)

interface Inputs {
  dy: TensorInfo
  filter: TensorInfo
}
