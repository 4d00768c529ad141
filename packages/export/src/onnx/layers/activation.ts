import type { Weight } from '../../layer-weights.ts'
import { float, int } from '../graph.ts'
import type { LayerCall, Lowering } from '../layer-call.ts'
import { axisIn, commonLayout, type Value } from '../value.ts'

type Apply = (call: LayerCall, x: string) => string

const gate =
  (type: string): Apply =>
  (call, x) =>
    call.op('Mul', [x, call.op(type, [x])])

/** tfjs's names of activations that treat every element alike. */
const elementwise: Readonly<Record<string, Apply>> = {
  elu: (call, x) => call.op('Elu', [x]),
  exponential: (call, x) => call.op('Exp', [x]),
  gelu: (call, x) => {
    const { graph } = call
    const erf = call.op('Erf', [call.op('Mul', [x, graph.number(Math.SQRT1_2)])])
    return call.op('Mul', [call.op('Mul', [x, graph.number(0.5)]), call.op('Add', [erf, graph.number(1)])])
  },
  hardSigmoid: (call, x) => call.op('HardSigmoid', [x], { alpha: float(0.2), beta: float(0.5) }),
  hardSigmoidKeras3: (call, x) => call.op('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) }),
  hardSilu: (call, x) => call.op('HardSwish', [x]),
  leakyRelu: (call, x) => call.op('LeakyRelu', [x], { alpha: float(0.2) }),
  linear: (_, x) => x,
  mish: (call, x) => call.op('Mul', [x, call.op('Tanh', [call.op('Softplus', [x])])]),
  relu: (call, x) => call.op('Relu', [x]),
  relu6: (call, x) => call.op('Clip', [x, call.graph.number(0), call.graph.number(6)]),
  selu: (call, x) => call.op('Selu', [x]),
  sigmoid: (call, x) => call.op('Sigmoid', [x]),
  softplus: (call, x) => call.op('Softplus', [x]),
  softsign: (call, x) => call.op('Softsign', [x]),
  swish: gate('Sigmoid'),
  tanh: (call, x) => call.op('Tanh', [x]),
}

const alongAxis: Readonly<Record<string, string>> = { softmax: 'Softmax', logSoftmax: 'LogSoftmax' }

function applyAlongAxis(call: LayerCall, value: Value, type: string, axis: number): Value {
  return call.map(value, (x, layout) => call.op(type, [x], { axis: int(axisIn(layout, axis, value.rank)) }))
}

/** Applies the activation that a layer's field `activation` names. */
export function activate(call: LayerCall, value: Value): Value {
  const name = (call.fields['activation'] ?? 'linear') as string
  const type = Object.hasOwn(alongAxis, name) ? alongAxis[name] : undefined
  if (type !== undefined) return applyAlongAxis(call, value, type, -1)
  const apply = Object.hasOwn(elementwise, name) ? elementwise[name] : undefined
  if (apply === undefined) throw call.unsupported('activation', 'which is not written to ONNX files')
  return call.map(value, (x) => apply(call, x))
}

export const activation: Lowering = (call) => activate(call, call.input)

export const softmax: Lowering = (call) => {
  const axis = Number(call.fields['axis'] ?? -1)
  return applyAlongAxis(call, call.input, 'Softmax', axis)
}

export const elu: Lowering = (call) =>
  call.map(call.input, (x) => call.op('Elu', [x], { alpha: float(Number(call.fields['alpha'] ?? 1)) }))

export const leakyReLU: Lowering = (call) =>
  call.map(call.input, (x) =>
    call.op('LeakyRelu', [x], { alpha: float(Number(call.fields['alpha'] ?? 0.3)) }),
  )

/** y = min(x, maxValue) for x ≥ threshold, else negativeSlope · (x − threshold). */
export const reLU: Lowering = (call) => {
  const { graph, fields } = call
  const slope = Number(fields['negativeSlope'] ?? 0)
  const threshold = Number(fields['threshold'] ?? 0)
  const limit = fields['maxValue'] as number | null | undefined
  return call.map(call.input, (x) => {
    if (slope === 0 && threshold === 0) {
      return limit == null ? call.op('Relu', [x]) : call.op('Clip', [x, graph.number(0), graph.number(limit)])
    }
    const above = limit == null ? x : call.op('Min', [x, graph.number(limit)])
    const shifted = call.op('Sub', [x, graph.number(threshold)])
    const below = call.op('Mul', [shifted, graph.number(slope)])
    return call.op('Where', [call.op('GreaterOrEqual', [x, graph.number(threshold)]), above, below])
  })
}

export const pReLU: Lowering = (call) => {
  const { shape, values } = call.weight('alpha') as Weight
  const layout = 'last'
  return call.result(layout, call.op('PRelu', [call.input.in(layout), call.constant('alpha', shape, values)]))
}

/** Inputs that a layer passes on when it does not train. */
export const identity: Lowering = (call) => call.input

export const rescaling: Lowering = (call) => {
  const number = (field: string, absent: number) => {
    const value = call.fields[field] ?? absent
    if (typeof value === 'number') return call.graph.number(value)
    throw call.unsupported(field, 'but only one number is written')
  }
  const layout = commonLayout([call.input])
  const scaled = call.op('Mul', [call.input.in(layout), number('scale', 1)])
  return call.result(layout, call.op('Add', [scaled, number('offset', 0)]))
}
