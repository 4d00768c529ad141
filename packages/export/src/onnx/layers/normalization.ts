import type { Weight } from '../../layer-weights.ts'
import { float, int } from '../graph.ts'
import type { LayerCall, Lowering } from '../layer-call.ts'
import { axisIn, commonLayout, type Layout, type Value } from '../value.ts'

export const batchNormalization: Lowering = (call) => {
  const { rank } = call.input
  const epsilon = Number(call.fields['epsilon'] ?? 1e-3)
  const axis = axisIn('last', Number(call.fields['axis'] ?? -1), rank)
  const mean = call.weight('moving_mean') as Weight
  const variance = call.weight('moving_variance') as Weight
  const filled = (role: string, value: number) =>
    call.weight(role)?.values ?? new Float32Array(mean.values.length).fill(value)
  const [gamma, beta] = [filled('gamma', 1), filled('beta', 0)]
  if (axis === rank - 1 && call.input.has('first')) {
    const constants = { gamma, beta, mean: mean.values, variance: variance.values }
    const inputs = Object.entries(constants).map(([role, values]) =>
      call.constant(role, [values.length], values),
    )
    const name = call.op('BatchNormalization', [call.input.in('first'), ...inputs], {
      epsilon: float(epsilon),
    })
    return call.result('first', name)
  }
  // ONNX's operator takes axis 1 only: one product and one sum do the same without transpositions.
  const factors = gamma.map((value, i) => value / Math.sqrt((variance.values[i] ?? 0) + epsilon))
  const offsets = beta.map((value, i) => value - (mean.values[i] ?? 0) * (factors[i] ?? 0))
  return scaled(call, factors, offsets, axis)
}

/** x · factors + offsets along one axis of tfjs's layout. */
function scaled(call: LayerCall, factors: Float32Array, offsets: Float32Array, axis: number): Value {
  const layout = commonLayout([call.input])
  const { rank } = call.input
  const following = rank - 1 - axisIn(layout, axis, rank)
  const shape = [factors.length, ...Array.from({ length: following }, () => 1)]
  const product = call.op('Mul', [call.input.in(layout), call.constant('factors', shape, factors)])
  return call.result(layout, call.op('Add', [product, call.constant('offsets', shape, offsets)]))
}

export const layerNormalization: Lowering = (call) => {
  const { rank } = call.input
  const axes = [call.fields['axis'] ?? -1].flat().map((axis) => axisIn('last', Number(axis), rank))
  if (axes.length !== 1 || axes[0] !== rank - 1)
    throw call.unsupported('axis', 'but only the last axis is written to ONNX files')
  const size = call.input.shape.at(-1) as number
  const constant = (role: string, value: number) =>
    call.constant(role, [size], call.weight(role)?.values ?? new Float32Array(size).fill(value))
  const layout: Layout = 'last'
  const inputs = [call.input.in(layout), constant('gamma', 1), constant('beta', 0)]
  const epsilon = float(Number(call.fields['epsilon'] ?? 1e-3))
  return call.result(layout, call.op('LayerNormalization', inputs, { axis: int(-1), epsilon }))
}

/** Keras's smallest standard deviation: `keras.backend.epsilon()`. */
const SMALLEST_DEVIATION = 1e-7

/** y = (x − mean) / max(√variance, 1e-7), with known statistics. */
export const normalization: Lowering = (call) => {
  const { rank, shape } = call.input
  const statistic = (name: string) => {
    const given = [call.fields[name] ?? []].flat(Infinity).map(Number)
    return call.weight(name)?.values ?? Float32Array.from(given)
  }
  const [mean, variance] = [statistic('mean'), statistic('variance')]
  const { axis } = call.fields
  const axes = axis === null ? [] : [axis ?? -1].flat().map((one) => axisIn('last', Number(one), rank))
  const single = mean.length === 1
  if (!single && (axes.length !== 1 || axes[0] !== rank - 1 || mean.length !== shape.at(-1)))
    throw call.unsupported('axis', 'but only statistics of the last axis are written to ONNX files')
  const deviation = variance.map((value) => Math.max(Math.sqrt(value), SMALLEST_DEVIATION))
  if (call.fields['invert'] === true) return scaled(call, deviation, mean, rank - 1)
  const factors = deviation.map((value) => 1 / value)
  return scaled(
    call,
    factors,
    mean.map((value, i) => -value / (deviation[i] ?? 1)),
    rank - 1,
  )
}
