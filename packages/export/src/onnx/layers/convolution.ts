import type { Weight } from '../../layer-weights.ts'
import { ints, type Attributes } from '../graph.ts'
import type { LayerCall, Lowering } from '../layer-call.ts'
import { activate } from './activation.ts'
import { groups, perAxis, windowAttributes } from './windows.ts'

/** Reorders the axes of a weight: axis i of the result is axis `order[i]` of the weight. */
function permuted(
  { shape, values }: Weight,
  order: readonly number[],
): { shape: number[]; values: Float32Array } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1))
  const result = new Float32Array(values.length)
  const sizes = order.map((axis) => shape[axis] as number)
  const steps = order.map((axis) => strides[axis] as number)
  let at = 0
  const copy = (axis: number, from: number): void => {
    if (axis === sizes.length) {
      result[at++] = values[from] as number
      return
    }
    for (let i = 0; i < (sizes[axis] as number); i++) copy(axis + 1, from + i * (steps[axis] as number))
  }
  copy(0, 0)
  return { shape: sizes, values: result }
}

function spatialAttributes(call: LayerCall, size: readonly number[]): Attributes {
  call.requireChannelsLast()
  const axes = size.length
  return windowAttributes(call, {
    size,
    strides: perAxis(call.fields['strides'], 1, axes),
    dilations: perAxis(call.fields['dilationRate'], 1, axes),
  })
}

function withBias(call: LayerCall, inputs: string[]): string[] {
  const bias = call.weight('bias')
  return bias ? [...inputs, call.constant('bias', bias.shape, bias.values)] : inputs
}

/** Conv1D and Conv2D. Kernel: [...window, inputs, outputs] → [outputs, inputs, ...window]. */
export const convolution: Lowering = (call) => {
  const kernel = call.weight('kernel') as Weight
  const axes = kernel.shape.length - 2
  const { shape, values } = permuted(kernel, [axes + 1, axes, ...Array.from({ length: axes }, (_, i) => i)])
  const inputs = [call.input.in('first'), call.constant('kernel', shape, values)]
  const count = Number(call.fields['groups'] ?? 1)
  const attributes = {
    ...spatialAttributes(call, kernel.shape.slice(0, axes)),
    ...(count === 1 ? {} : groups(count)),
  }
  return activate(call, call.result('first', call.op('Conv', withBias(call, inputs), attributes)))
}

/** A convolution of each channel. Kernel: [rows, columns, inputs, multiplier] → [inputs · multiplier, 1, rows, columns]. */
function depthwise(call: LayerCall): { input: string; kernel: string; attributes: Attributes } {
  const weight = call.weight('depthwise_kernel') as Weight
  const [rows = 1, columns = 1, channels = 1, multiplier = 1] = weight.shape
  const { values } = permuted(weight, [2, 3, 0, 1])
  return {
    input: call.input.in('first'),
    kernel: call.constant('depthwise_kernel', [channels * multiplier, 1, rows, columns], values),
    attributes: { ...spatialAttributes(call, [rows, columns]), ...groups(channels) },
  }
}

export const depthwiseConvolution: Lowering = (call) => {
  const { input, kernel, attributes } = depthwise(call)
  return activate(call, call.result('first', call.op('Conv', withBias(call, [input, kernel]), attributes)))
}

export const separableConvolution: Lowering = (call) => {
  const { input, kernel, attributes } = depthwise(call)
  const filtered = call.op('Conv', [input, kernel], attributes)
  const { shape, values } = permuted(call.weight('pointwise_kernel') as Weight, [3, 2, 0, 1])
  const inputs = withBias(call, [filtered, call.constant('pointwise_kernel', shape, values)])
  return activate(call, call.result('first', call.op('Conv', inputs, { kernel_shape: ints([1, 1]) })))
}

/** Conv2DTranspose. Kernel: [rows, columns, outputs, inputs] → [inputs, outputs, rows, columns]. */
export const transposedConvolution: Lowering = (call) => {
  call.requireChannelsLast()
  const kernel = call.weight('kernel') as Weight
  const size = kernel.shape.slice(0, 2)
  const strides = perAxis(call.fields['strides'], 1, 2)
  const dilations = perAxis(call.fields['dilationRate'], 1, 2)
  const { shape, values } = permuted(kernel, [3, 2, 0, 1])
  // With `same`, the outputs are inputs · stride; with `valid`, at least that.
  const excess = size.map(
    (length, axis) => (length - 1) * (dilations[axis] as number) + 1 - (strides[axis] as number),
  )
  const cut = excess.map((length) => (call.fields['padding'] === 'same' ? Math.max(0, length) : 0))
  const begins = cut.map((total) => Math.floor(total / 2))
  const attributes: Attributes = {
    kernel_shape: ints(size),
    strides: ints(strides),
    ...(dilations.some((rate) => rate !== 1) ? { dilations: ints(dilations) } : {}),
    pads: ints([...begins, ...cut.map((total, axis) => total - (begins[axis] as number))]),
    output_padding: ints(excess.map((length) => Math.max(0, -length))),
  }
  const inputs = withBias(call, [call.input.in('first'), call.constant('kernel', shape, values)])
  return activate(call, call.result('first', call.op('ConvTranspose', inputs, attributes)))
}
