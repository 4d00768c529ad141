import { inputGradient } from '@treadle/kernels'
import { Conv2DBackpropInput, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { convolve, packWeights, windowOf, workOf } from './conv-program.ts'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { padded } from './maps.ts'

/**
 * The gradient of a convolution's input, [batch, height, width, channels]: a convolution of dy with the flipped filter.
 * With a stride, zeros are inserted between the pixels of dy. The stock kernel is scalar code.
 */
export const conv2dBackpropInput = defineKernel(
  Conv2DBackpropInput,
  ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & { inputShape: number[] }>) => {
    const { dy, filter } = inputs
    const info = convInfo('Conv2DBackpropInput', attrs.inputShape, filter.shape, attrs, false)
    const { inChannels, outChannels, padInfo } = info
    // tf.conv2dTranspose takes an output shape of which dy is no convolution.
    if (!util.arraysEqual(dy.shape, info.outShape))
      return runStock(Conv2DBackpropInput, backend, { dy, filter }, attrs)
    const dx = backend.makeOutput([...attrs.inputShape], 'float32')
    if (workOf(info) === 0) {
      backend.floats(dx).fill(0)
      return dx
    }
    const window = windowOf(info)
    const input = { height: info.inHeight, width: info.inWidth, channels: padded(inChannels) }
    const { shape, before } = inputGradient(window, input, padded(outChannels), [padInfo.top, padInfo.left])
    const taps = shape.kernelHeight * shape.kernelWidth
    convolve(backend, dx, dy, {
      shape,
      before,
      spacing: window.strides,
      work: workOf(info),
      weights: (program) =>
        packWeights(
          program,
          () => backend.floats(filter),
          shape,
          { channels: outChannels, filters: inChannels },
          (tap, output, channel) => ((taps - 1 - tap) * inChannels + channel) * outChannels + output,
        ),
    })
    return dx
  },
)

interface Inputs {
  dy: TensorInfo
  filter: TensorInfo
}
