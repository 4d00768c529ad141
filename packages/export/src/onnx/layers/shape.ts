import { int, ints, text } from '../graph.ts'
import type { LayerCall, Lowering } from '../layer-call.ts'
import { perAxis } from './windows.ts'

export const flatten: Lowering = (call) => {
  if (call.input.rank > 2) call.requireChannelsLast()
  return call.result('last', call.op('Flatten', [call.input.in('last')], { axis: int(1) }))
}

export const reshape: Lowering = (call) => {
  const sizes = call.outputShape.slice(1)
  if (sizes.filter((size) => size === null).length > 1)
    throw call.unsupported('targetShape', 'but only one size that is not fixed is written to ONNX files')
  // 0 copies the size of the batch, −1 takes what is left.
  const shape = call.graph.int64s([0, ...sizes.map((size) => size ?? -1)])
  return call.result('last', call.op('Reshape', [call.input.in('last'), shape]))
}

export const permute: Lowering = (call) => {
  const perm = [0, ...(call.fields['dims'] as number[])]
  return call.result('last', call.op('Transpose', [call.input.in('last')], { perm: ints(perm) }))
}

export const repeatVector: Lowering = (call) => {
  const row = call.op('Unsqueeze', [call.input.in('last'), call.graph.int64s([1])])
  return call.result('last', call.op('Tile', [row, call.graph.int64s([1, Number(call.fields['n']), 1])]))
}

/** [[top, bottom], [left, right]] from one number, one for each axis, or a pair for each. */
function sidesOf(call: LayerCall, field: string): [begins: number[], ends: number[]] {
  call.requireChannelsLast()
  const value = call.fields[field]
  const pairs = (Array.isArray(value) ? value : [value, value]).map((one) => perAxis(one, 1, 2))
  return [pairs.map(([begin = 0]) => begin), pairs.map(([, end = 0]) => end)]
}

export const zeroPadding: Lowering = (call) => {
  const [begins, ends] = sidesOf(call, 'padding')
  const pads = call.graph.int64s([0, 0, ...begins, 0, 0, ...ends])
  return call.result('first', call.op('Pad', [call.input.in('first'), pads]))
}

/** An end behind every element. */
const END = 2 ** 31 - 1

export const cropping: Lowering = (call) => {
  const { graph } = call
  const [begins, ends] = sidesOf(call, 'cropping')
  const stops = ends.map((end) => (end === 0 ? END : -end))
  const inputs = [call.input.in('first'), graph.int64s(begins), graph.int64s(stops), graph.int64s([2, 3])]
  return call.result('first', call.op('Slice', inputs))
}

export const upSampling: Lowering = (call) => {
  call.requireChannelsLast()
  const linear = call.fields['interpolation'] === 'bilinear'
  if (linear && call.fields['halfPixelCenters'] !== true)
    throw call.unsupported('interpolation', 'which is written only for layers with the meaning of Keras')
  const [rows = 2, columns = 2] = perAxis(call.fields['size'], 2, 2)
  const scales = call.graph.floats(`scales_${rows}_${columns}`, [4], Float32Array.of(1, 1, rows, columns))
  const name = call.op('Resize', [call.input.in('first'), '', scales], {
    mode: text(linear ? 'linear' : 'nearest'),
    coordinate_transformation_mode: text(linear ? 'half_pixel' : 'asymmetric'),
    ...(!linear && { nearest_mode: text('floor') }),
  })
  return call.result('first', name)
}
