import { DepthwiseConv2dNativeBackpropInput } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * The gradient of a depthwise convolution's input, [batch, height, width, channels]: every element of dy goes, times
 * the filter, to the pixels it came from, in double precision within an image. Stock `wasm` lacks it.
 */
export const depthwiseBackpropInput = defineKernel(
  DepthwiseConv2dNativeBackpropInput,
  ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & { inputShape: number[] }>) => {
    const shape = inputs.filter.shape
    const info = convInfo('DepthwiseConv2dNativeBackpropInput', attrs.inputShape, shape, attrs, true)
    const {
      filterHeight,
      filterWidth,
      batchSize,
      inChannels,
      inHeight,
      inWidth,
      outHeight,
      outWidth,
      outChannels,
    } = info
    const multiplier = outChannels / inChannels
    const out = backend.makeOutput([...attrs.inputShape], 'float32')
    const dy = backend.floats(inputs.dy)
    const filter = backend.floats(inputs.filter)
    const gradient = backend.floats(out)
    const imageSize = inHeight * inWidth * inChannels
    const sums = new Float64Array(imageSize)
    for (let image = 0; image < batchSize; image++) {
      sums.fill(0)
      for (let outY = 0; outY < outHeight; outY++) {
        for (let outX = 0; outX < outWidth; outX++) {
          const above = ((image * outHeight + outY) * outWidth + outX) * outChannels
          for (let position = 0; position < filterHeight * filterWidth; position++) {
            const y =
              outY * info.strideHeight +
              Math.floor(position / filterWidth) * info.dilationHeight -
              info.padInfo.top
            const pixel =
              outX * info.strideWidth + (position % filterWidth) * info.dilationWidth - info.padInfo.left
            if (y < 0 || y >= inHeight || pixel < 0 || pixel >= inWidth) continue
            let to = (y * inWidth + pixel) * inChannels
            let weight = position * outChannels
            for (let output = 0; output < outChannels; to++) {
              let sum = sums[to] as number
              for (let i = 0; i < multiplier; i++)
                sum += (dy[above + output++] as number) * (filter[weight++] as number)
              sums[to] = sum
            }
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
