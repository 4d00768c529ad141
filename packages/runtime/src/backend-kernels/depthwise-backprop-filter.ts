import { DepthwiseConv2dNativeBackpropFilter } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * The gradient of a depthwise convolution's filter, [height, width, channels, multiplier]. Each weight's sum over the
 * pixels of the batch is taken in double precision. Stock `wasm` lacks it.
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
    const out = backend.makeOutput([...attrs.filterShape], 'float32')
    const x = backend.floats(inputs.x)
    const dy = backend.floats(inputs.dy)
    const gradient = backend.floats(out)
    const sums = new Float64Array(outChannels)
    for (let position = 0; position < filterHeight * filterWidth; position++) {
      const row = Math.floor(position / filterWidth) * info.dilationHeight - info.padInfo.top
      const column = (position % filterWidth) * info.dilationWidth - info.padInfo.left
      sums.fill(0)
      for (let image = 0; image < batchSize; image++) {
        for (let outY = 0; outY < outHeight; outY++) {
          const y = outY * info.strideHeight + row
          if (y < 0 || y >= inHeight) continue
          for (let outX = 0; outX < outWidth; outX++) {
            const pixel = outX * info.strideWidth + column
            if (pixel < 0 || pixel >= inWidth) continue
            let from = ((image * inHeight + y) * inWidth + pixel) * inChannels
            let above = ((image * outHeight + outY) * outWidth + outX) * outChannels
            for (let output = 0; output < outChannels; from++) {
              const value = x[from] as number
              for (let i = 0; i < multiplier; i++, output++, above++) {
                sums[output] = (sums[output] as number) + value * (dy[above] as number)
              }
            }
          }
        }
      }
      gradient.set(sums, position * outChannels)
    }
    return out
  },
)

interface Inputs {
  x: TensorInfo
  dy: TensorInfo
}
