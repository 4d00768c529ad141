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
import { poolIndexBytes, mapOperands, writeBordered } from '@treadle/kernels'
import type { KernelProgram } from '../kernel-program.ts'
import type { TreadleBackend } from '../treadle-backend.ts'
import { ROW_SHARDS } from './conv-program.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { mapOf, padded, sizeOf, writeThrough } from './maps.ts'
import { eachWindow, volumeOf } from './windows.ts'
import type { Volume } from './windows.ts'

/**
 * Pooling over windows of images and volumes, forward and backward, as TensorFlow computes it: what a window has outside
 * of the map is left out, so a mean divides by the number of real pixels.
 *
 * Maps are pooled by the kernels, volumes by plain code. Float32 only, as the stock kernels. The stock gradient of max pooling is wrong if all values of a window are negative, its 3-D max pooling is wrong
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

type Reduction = 'max' | 'average'

/** The operands of the kernels' pooling; undefined for volumes, and if a window may have no pixel of the map. */
function windowsOf({ sides: [, height, width], channels, batch, outShape }: Volume) {
  const full = [height, width].every(
    ({ input, output, window, stride, before }) =>
      before < window && (output - 1) * stride - before < input && Math.min(input, output) > 0,
  )
  if (outShape.length !== 4 || !full || batch * channels === 0) return undefined
  return {
    height: height.output,
    width: width.output,
    channels,
    inputHeight: height.input,
    inputWidth: width.input,
    windowHeight: height.window,
    windowWidth: width.window,
    strideHeight: height.stride,
    strideWidth: width.stride,
    top: height.before,
    left: width.before,
  }
}

type Windows = NonNullable<ReturnType<typeof windowsOf>>

const workOf = (batch: number, { height, width, channels, windowHeight, windowWidth }: Windows): number =>
  batch * height * width * channels * windowHeight * windowWidth

/** A tensor with padded channels. */
function paddedMap(backend: TreadleBackend, program: KernelProgram, x: TensorInfo, channels: number) {
  return writeBordered(program, 'padded', mapOf(backend, x), sizeOf(x), { channels })
}

function poolMap(
  backend: TreadleBackend,
  x: TensorInfo,
  y: TensorInfo,
  reduction: Reduction,
  windows: Windows,
): void {
  const [batch] = x.shape as [number]
  const from = mapOf(backend, x)
  const to = mapOf(backend, y)
  backend.program(y, { batchSize: batch, shards: ROW_SHARDS }, (program) => {
    // Node 20 takes 20 µs to spread several objects, or one before other fields: as long as pooling a small map.
    program.emit(reduction === 'max' ? 'maxPoolOfNumbers' : 'averagePool', {
      x: from.base,
      xImage: from.image,
      xRow: from.row,
      xPixel: from.pixel,
      y: to.base,
      yImage: to.image,
      yRow: to.row,
      yPixel: to.pixel,
      ...windows,
    })
    program.run(workOf(batch, windows))
  })
}

/** @returns false if a window of a maximum has NaN, which the kernels do not ignore */
function poolMapBackward(
  backend: TreadleBackend,
  { input, dy }: { readonly input: TensorInfo; readonly dy: TensorInfo },
  dx: TensorInfo,
  reduction: Reduction,
  unpadded: Windows,
): boolean {
  const [batch] = input.shape as [number]
  const windows = { ...unpadded, channels: padded(unpadded.channels) }
  const { height, width, channels } = windows
  return backend.program(dx, { batchSize: batch, shards: ROW_SHARDS }, (program) => {
    const gradient = paddedMap(backend, program, dy, channels)
    const count = batch * height * width * channels
    let largest = 0
    let indices = 0
    if (reduction === 'max') {
      const pixel = 4 * channels
      largest = program.buffer('largest', 4 * count)
      indices = program.buffer('indices', poolIndexBytes(windows.windowHeight, windows.windowWidth) * count)
      program.emit('maxPool', {
        ...mapOperands('x', paddedMap(backend, program, input, channels)),
        ...mapOperands('y', { base: largest, image: height * width * pixel, row: width * pixel, pixel }),
        indices,
        ...windows,
      })
    }
    writeThrough(backend, program, dx, (to) => {
      const operands = { ...mapOperands('dy', gradient), ...mapOperands('dx', to), ...windows, accumulate: 0 }
      if (reduction === 'max') program.emit('maxPoolBackward', { ...operands, indices })
      else program.emit('averagePoolBackward', operands)
    })
    program.run(workOf(batch, windows))
    return reduction === 'average' || !hasNaN(program.floats(largest, count))
  })
}

function hasNaN(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i]) return true
  return false
}

function forward(
  name: string,
  reduction: Reduction,
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
      const windows = windowsOf(volume)
      if (windows) poolMap(backend, x, y, reduction, windows)
      else pool(backend.floats(x), backend.floats(y), volume)
      return y
    },
  )
}

function backward(
  name: string,
  reduction: Reduction,
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
      const windows = windowsOf(volume)
      if (windows && poolMapBackward(backend, { input, dy }, dx, reduction, windows)) return dx
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
  forward(MaxPool, 'max', maximum),
  forward(MaxPool3D, 'max', maximum),
  forward(AvgPool, 'average', mean),
  forward(AvgPool3D, 'average', mean),
  backward(MaxPoolGrad, 'max', maximumBackward),
  backward(MaxPool3DGrad, 'max', maximumBackward),
  backward(AvgPoolGrad, 'average', meanBackward),
  backward(AvgPool3DGrad, 'average', meanBackward),
]
