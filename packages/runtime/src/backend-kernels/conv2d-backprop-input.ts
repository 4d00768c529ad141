import { Conv2D, Conv2DBackpropInput } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel, runKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { spaceOut } from './space-out.ts'

/**
 * The gradient of a convolution's input, [batch, height, width, channels]: a convolution of dy with the rotated filter,
 * by XNNPACK. If a stride is not 1, zeros are inserted between the elements of dy. The stock kernel is scalar code.
 */
export const conv2dBackpropInput = defineKernel(
  Conv2DBackpropInput,
  ({ inputs, attrs, backend }: KernelCall<Inputs, ConvAttributes & { inputShape: number[] }>) => {
    const { dy, filter } = inputs
    const info = convInfo('Conv2DBackpropInput', attrs.inputShape, filter.shape, attrs, false)
    const { filterHeight, filterWidth, inChannels, outChannels } = info
    const spaced = spaceOut(backend, dy, info.strideHeight, info.strideWidth)
    const top = filterHeight - 1 - info.padInfo.top
    const left = filterWidth - 1 - info.padInfo.left
    const bottom = info.inHeight + filterHeight - 1 - top - (spaced.shape[1] as number)
    const right = info.inWidth + filterWidth - 1 - left - (spaced.shape[2] as number)
    let dx: TensorInfo
    if (Math.min(top, left, bottom, right) < 0) {
      dx = runStock(Conv2DBackpropInput, backend, { dy, filter }, attrs)
    } else {
      const turned = backend.makeOutput([filterHeight, filterWidth, outChannels, inChannels], 'float32')
      turn(
        backend.floats(filter),
        backend.floats(turned),
        filterHeight * filterWidth,
        inChannels,
        outChannels,
      )
      const pad = [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]
      dx = runKernel(
        Conv2D,
        backend,
        { x: spaced, filter: turned },
        { strides: 1, dilations: 1, pad, dataFormat: 'NHWC' },
      )
      backend.disposeData(turned.dataId)
    }
    if (spaced !== dy) backend.disposeData(spaced.dataId)
    return dx
  },
)

interface Inputs {
  dy: TensorInfo
  filter: TensorInfo
}

/** Reverses the order of `positions` matrices [channels, outputs] and transposes each. */
function turn(
  filter: Float32Array,
  turned: Float32Array,
  positions: number,
  channels: number,
  outputs: number,
): void {
  let at = 0
  for (let position = positions - 1; position >= 0; position--) {
    for (let output = 0; output < outputs; output++) {
      let from = position * channels * outputs + output
      for (let channel = 0; channel < channels; channel++, from += outputs)
        turned[at++] = filter[from] as number
    }
  }
}
