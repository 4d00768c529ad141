import { int, ints, text, type Attributes } from '../graph.ts'
import type { LayerCall } from '../layer-call.ts'

/** A setting for each spatial axis, from one number or a list. */
export function perAxis(value: unknown, absent: number | readonly number[], axes: number): number[] {
  const list = [value ?? absent].flat().map(Number)
  return list.length === axes ? list : Array.from({ length: axes }, () => list[0] as number)
}

export interface Windows {
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
}

/**
 * The attributes of a sliding window. `same` pads as TensorFlow does: ⌈size / stride⌉ outputs, the odd element at the end.
 */
export function windowAttributes(call: LayerCall, { size, strides, dilations }: Windows): Attributes {
  const padding = call.fields['padding'] ?? 'valid'
  const attributes: Attributes = { kernel_shape: ints(size), strides: ints(strides) }
  const dilated = dilations.some((dilation) => dilation !== 1)
  const withDilations = dilated ? { ...attributes, dilations: ints(dilations) } : attributes
  if (padding === 'valid') return withDilations
  if (padding !== 'same') throw call.unsupported('padding', 'which is not written to ONNX files')
  const spatial = call.input.shape.slice(1, -1)
  if (spatial.includes(null)) return { ...withDilations, auto_pad: text('SAME_UPPER') }
  const totals = spatial.map((length, axis) => {
    const [step = 1, window = 1, dilation = 1] = [strides[axis], size[axis], dilations[axis]]
    const outputs = Math.ceil((length as number) / step)
    return Math.max(0, (outputs - 1) * step + (window - 1) * dilation + 1 - (length as number))
  })
  const begins = totals.map((total) => Math.floor(total / 2))
  const ends = totals.map((total, axis) => total - (begins[axis] as number))
  return { ...withDilations, pads: ints([...begins, ...ends]) }
}

export const groups = (count: number): Attributes => ({ group: int(count) })
