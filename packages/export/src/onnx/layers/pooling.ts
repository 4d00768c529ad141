import { int, ints } from '../graph.ts'
import type { Lowering } from '../layer-call.ts'
import { perAxis, windowAttributes } from './windows.ts'

/** MaxPool or AveragePool. */
export const pooling =
  (type: 'MaxPool' | 'AveragePool'): Lowering =>
  (call) => {
    call.requireChannelsLast()
    const axes = call.input.rank - 2
    const size = perAxis(call.fields['poolSize'], 2, axes)
    const attributes = windowAttributes(call, {
      size,
      strides: perAxis(call.fields['strides'], size, axes),
      dilations: perAxis(undefined, 1, axes),
    })
    // TensorFlow.js counts the padding when it divides, unless the layer says that it must not.
    const counts = type === 'AveragePool' && call.fields['paddingCounts'] !== false
    const all = counts ? { ...attributes, count_include_pad: int(1) } : attributes
    return call.result('first', call.op(type, [call.input.in('first')], all))
  }

/** ReduceMean or ReduceMax over the spatial axes. */
export const globalPooling =
  (type: 'ReduceMean' | 'ReduceMax'): Lowering =>
  (call) => {
    call.requireChannelsLast()
    const axes = Array.from({ length: call.input.rank - 2 }, (_, i) => i + 2)
    const keep = call.fields['keepdims'] === true
    const name = call.op(type, [call.input.in('first')], { axes: ints(axes), keepdims: int(keep ? 1 : 0) })
    return call.result('first', name)
  }
