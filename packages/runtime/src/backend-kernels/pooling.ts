import {
  AvgPool,
  AvgPool3D,
  AvgPool3DGrad,
  AvgPoolGrad,
  MaxPool,
  MaxPool3D,
  MaxPool3DGrad,
  MaxPoolGrad,
  backend_util,
  util,
} from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { eachWindow, volumeOf } from './windows.ts'
import type { Volume } from './windows.ts'

/**
 * Pooling over windows of images and volumes, forward and backward, as TensorFlow computes it: what a window has outside
 * of the map is left out, so a mean divides by the number of real pixels.
 *
 * Float32 only, as the stock kernels. The stock gradient of max pooling is wrong if all values of a window are negative, its 3-D max pooling is wrong
 * forward too, and its gradient of average pooling divides by the whole window at the border.
 */

interface Attributes {
  readonly filterSize: number | number[]
  readonly strides: number | number[]
  readonly pad: 'valid' | 'same' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

function poolVolume(shape: number[], { filterSize, strides, pad, dimRoundingMode }: Attributes): Volume {
  const info =
    shape.length === 4
      ? backend_util.computePool2DInfo(
          shape as never,
          filterSize as never,
          strides as never,
          1,
          pad,
          dimRoundingMode,
        )
      : backend_util.computePool3DInfo(
          shape as never,
          filterSize as never,
          strides as never,
          1,
          pad,
          dimRoundingMode,
        )
  return volumeOf(info)
}

function forward(
  name: string,
  pool: (x: Float32Array, y: Float32Array, volume: Volume) => void,
): KernelConfig {
  return defineKernel(
    name,
    ({ inputs: { x }, attrs, backend }: KernelCall<{ x: TensorInfo }, Attributes>) => {
      const volume = poolVolume(x.shape, attrs)
      // tfjs's rule on every backend, which its tests expect even where padding moves the windows off the map.
      if (volume.sides.every(({ window }) => window === 1) && util.arraysEqual(x.shape, volume.outShape))
        return backend.share(x)
      const y = backend.makeOutput(volume.outShape, 'float32')
      pool(backend.floats(x), backend.floats(y), volume)
      return y
    },
  )
}

function backward(
  name: string,
  pool: (x: Float32Array, dy: Float32Array, dx: Float32Array, volume: Volume) => void,
): KernelConfig {
  return defineKernel(
    name,
    ({
      inputs: { dy, input },
      attrs,
      backend,
    }: KernelCall<{ dy: TensorInfo; input: TensorInfo }, Attributes>) => {
      const volume = poolVolume(input.shape, attrs)
      const dx = backend.makeOutput(input.shape, 'float32')
      const gradient = backend.floats(dx)
      gradient.fill(0)
      pool(backend.floats(input), backend.floats(dy), gradient, volume)
      return dx
    },
  )
}

/** Whether a value takes the place of the largest before it. NaN is ignored, as tfjs's tests expect. */
function exceeds(value: number, best: number): boolean {
  return value > best || (best !== best && value === value)
}

/** The largest value of each window; −∞ if it has no pixel, NaN if it has nothing but NaN. */
function maximum(x: Float32Array, y: Float32Array, volume: Volume): void {
  const { channels } = volume
  eachWindow(volume, (output, pixels, count) => {
    for (let c = 0; c < channels; c++) {
      let best = count > 0 ? (x[(pixels[0] as number) + c] as number) : -Infinity
      for (let i = 1; i < count; i++) {
        const value = x[(pixels[i] as number) + c] as number
        if (exceeds(value, best)) best = value
      }
      y[output + c] = best
    }
  })
}

/** The gradient of the largest value goes to the first pixel of the window that has it. */
function maximumBackward(x: Float32Array, dy: Float32Array, dx: Float32Array, volume: Volume): void {
  const { channels } = volume
  eachWindow(volume, (output, pixels, count) => {
    if (count === 0) return
    for (let c = 0; c < channels; c++) {
      let at = (pixels[0] as number) + c
      for (let i = 1; i < count; i++) {
        const from = (pixels[i] as number) + c
        if (exceeds(x[from] as number, x[at] as number)) at = from
      }
      dx[at] = (dx[at] as number) + (dy[output + c] as number)
    }
  })
}

/** The mean of each window; 0 if it has no pixel. */
function mean(x: Float32Array, y: Float32Array, volume: Volume): void {
  const { channels } = volume
  const sums = new Float64Array(channels)
  eachWindow(volume, (output, pixels, count) => {
    sums.fill(0)
    for (let i = 0; i < count; i++) {
      for (let c = 0, from = pixels[i] as number; c < channels; c++, from++)
        sums[c] = (sums[c] as number) + (x[from] as number)
    }
    for (let c = 0; c < channels; c++) y[output + c] = (sums[c] as number) / Math.max(1, count)
  })
}

function meanBackward(_: Float32Array, dy: Float32Array, dx: Float32Array, volume: Volume): void {
  const { channels } = volume
  eachWindow(volume, (output, pixels, count) => {
    for (let i = 0; i < count; i++) {
      for (let c = 0, to = pixels[i] as number; c < channels; c++, to++)
        dx[to] = (dx[to] as number) + (dy[output + c] as number) / count
    }
  })
}

export const pooling: readonly KernelConfig[] = [
  forward(MaxPool, maximum),
  forward(MaxPool3D, maximum),
  forward(AvgPool, mean),
  forward(AvgPool3D, mean),
  backward(MaxPoolGrad, maximumBackward),
  backward(MaxPool3DGrad, maximumBackward),
  backward(AvgPoolGrad, meanBackward),
  backward(AvgPool3DGrad, meanBackward),
]
