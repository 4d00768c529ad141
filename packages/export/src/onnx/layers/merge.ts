import { int } from '../graph.ts'
import type { LayerCall, Lowering } from '../layer-call.ts'
import { axisIn, commonLayout } from '../value.ts'

function names(call: LayerCall) {
  const [first] = call.inputs
  if (call.inputs.some(({ rank }) => rank !== first?.rank))
    throw call.unsupported('name', 'and inputs of different ranks, which are not written to ONNX files')
  const layout = commonLayout(call.inputs)
  return { layout, inputs: call.inputs.map((value) => value.in(layout)) }
}

/** A merge by an operator that takes any number of inputs. */
export const mergeAll =
  (type: string): Lowering =>
  (call) => {
    const { layout, inputs } = names(call)
    return call.result(layout, call.op(type, inputs))
  }

/** A merge by an operator of two inputs. */
export const mergePairs =
  (type: string): Lowering =>
  (call) => {
    const { layout, inputs } = names(call)
    return call.result(
      layout,
      inputs.reduce((sum, next) => call.op(type, [sum, next])),
    )
  }

export const concatenate: Lowering = (call) => {
  const { layout, inputs } = names(call)
  const axis = axisIn(layout, Number(call.fields['axis'] ?? -1), call.input.rank)
  return call.result(layout, call.op('Concat', inputs, { axis: int(axis) }))
}
