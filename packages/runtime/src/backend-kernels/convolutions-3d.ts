import { Conv3D, Conv3DBackpropFilterV2, Conv3DBackpropInputV2, backend_util } from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { eachWindow, volumeOf } from './windows.ts'
import type { Volume } from './windows.ts'

/**
 * Convolutions of volumes [batch, depth, height, width, channels] with a filter [depth, height, width, channels,
 * outputs], and their gradients. Sums use double precision. The stock gradient of the input, which is the transposed
 * convolution, is wrong; and all three begin after the first pixel if the stride exceeds a filter with padding `same`.
 */

interface Attributes {
  readonly strides: number | number[]
  readonly pad: 'valid' | 'same'
  readonly dilations?: number | number[]
}

function convolvedVolume(inputShape: number[], filterShape: number[], attributes: Attributes): Volume {
  const { strides, pad, dilations = 1 } = attributes
  return volumeOf(
    backend_util.computeConv3DInfo(
      inputShape as never,
      filterShape as never,
      strides as never,
      dilations as never,
      pad,
    ),
  )
}

/** Allocates a result and computes it in double precision. */
function inDouble(
  backend: TreadleBackend,
  shape: readonly number[],
  compute: (sums: Float64Array) => void,
): TensorInfo {
  const out = backend.makeOutput([...shape], 'float32')
  const sums = new Float64Array(backend.floats(out).length)
  compute(sums)
  backend.floats(out).set(sums)
  return out
}

const forward = defineKernel(
  Conv3D,
  ({ inputs, attrs, backend }: KernelCall<{ x: TensorInfo; filter: TensorInfo }, Attributes>) => {
    const volume = convolvedVolume(inputs.x.shape, inputs.filter.shape, attrs)
    const { channels, outChannels } = volume
    return inDouble(backend, volume.outShape, (y) => {
      const x = backend.floats(inputs.x)
      const filter = backend.floats(inputs.filter)
      eachWindow(volume, (output, pixels, count, positions) => {
        for (let i = 0; i < count; i++) {
          let weight = (positions[i] as number) * channels * outChannels
          for (let from = pixels[i] as number, end = from + channels; from < end; from++) {
            const value = x[from] as number
            for (let k = 0; k < outChannels; k++)
              y[output + k] = (y[output + k] as number) + value * (filter[weight++] as number)
          }
        }
      })
    })
  },
)

const backpropInput = defineKernel(
  Conv3DBackpropInputV2,
  ({
    inputs,
    attrs,
    backend,
  }: KernelCall<{ dy: TensorInfo; filter: TensorInfo }, Attributes & { inputShape: number[] }>) => {
    const volume = convolvedVolume(attrs.inputShape, inputs.filter.shape, attrs)
    const { channels, outChannels } = volume
    return inDouble(backend, attrs.inputShape, (dx) => {
      const dy = backend.floats(inputs.dy)
      const filter = backend.floats(inputs.filter)
      eachWindow(volume, (output, pixels, count, positions) => {
        for (let i = 0; i < count; i++) {
          let weight = (positions[i] as number) * channels * outChannels
          for (let to = pixels[i] as number, end = to + channels; to < end; to++) {
            let sum = 0
            for (let k = 0; k < outChannels; k++)
              sum += (dy[output + k] as number) * (filter[weight++] as number)
            dx[to] = (dx[to] as number) + sum
          }
        }
      })
    })
  },
)

const backpropFilter = defineKernel(
  Conv3DBackpropFilterV2,
  ({
    inputs,
    attrs,
    backend,
  }: KernelCall<{ x: TensorInfo; dy: TensorInfo }, Attributes & { filterShape: number[] }>) => {
    const volume = convolvedVolume(inputs.x.shape, attrs.filterShape, attrs)
    const { channels, outChannels } = volume
    return inDouble(backend, attrs.filterShape, (dw) => {
      const x = backend.floats(inputs.x)
      const dy = backend.floats(inputs.dy)
      eachWindow(volume, (output, pixels, count, positions) => {
        for (let i = 0; i < count; i++) {
          let weight = (positions[i] as number) * channels * outChannels
          for (let from = pixels[i] as number, end = from + channels; from < end; from++) {
            const value = x[from] as number
            for (let k = 0; k < outChannels; k++, weight++)
              dw[weight] = (dw[weight] as number) + value * (dy[output + k] as number)
          }
        }
      })
    })
  },
)

export const convolutions3d: readonly KernelConfig[] = [forward, backpropInput, backpropFilter]
