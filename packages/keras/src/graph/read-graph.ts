import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { readConfig } from '../layers/index.ts'
import { constraintsOf } from '../weights/constraints.ts'
import { correctConfig } from './corrected-config.ts'
import { regularizersOf } from '../weights/regularizers.ts'
import { dropoutLayers } from './dropout-streams.ts'
import { refuseEmptyOutput } from './empty-output.ts'
import { frozenLayers } from './frozen-layers.ts'
import { refuseIgnoredDilation } from './ignored-dilation.ts'
import type { Graph, LayerNode, Shape, ValueRef } from './graph.ts'
import { isModel, type Layer } from './layer.ts'

type Call = Layer['inboundNodes'][number]

/** One call of a model: the value of each of its symbolic tensors, and the calls of models inside it. */
interface Scope {
  readonly values: Map<number, ValueRef>
  readonly inner: Map<Call, Scope>
  readonly inference: boolean
}

/** Whether a call has the argument `training=False`. */
function isInference({ callArgs }: Call): boolean {
  return (callArgs as { training?: unknown } | undefined)?.training === false
}

/**
 * Reads a built model into a graph: any number of inputs and outputs, shared layers and nested models. Only calls
 * that an output depends on are nodes.
 * @throws TreadleError `KERAS_IGNORED_DILATION` for a layer with a dilation that tfjs ignores, `KERAS_EMPTY_OUTPUT` for one
 * that makes an empty map
 */
export function readGraph(model: LayersModel): Graph {
  const nodes: LayerNode[] = []
  const calls = new Map<Layer, number>()
  const frozen = frozenLayers(model)

  function countCall(layer: Layer): number {
    const call = calls.get(layer) ?? 0
    calls.set(layer, call + 1)
    return call
  }

  function addNode(
    layer: Layer,
    inputs: readonly ValueRef[],
    outputs: readonly SymbolicTensor[],
    inference = false,
  ): number {
    correctConfig(layer)
    refuseIgnoredDilation(layer)
    const fields = layer.getConfig()
    const className = layer.getClassName()
    const node: LayerNode = {
      layer,
      name: layer.name,
      className,
      config: readConfig(className, fields),
      call: countCall(layer),
      trainable: !frozen.has(layer),
      inference,
      regularizers: regularizersOf(fields),
      constraints: constraintsOf(fields),
      inputs,
      inputShapes: inputs.map(({ node: from, output }) => nodes[from]?.outputShapes[output] as Shape),
      outputShapes: outputs.map(({ shape }) => shape.slice(1)),
    }
    refuseEmptyOutput(node)
    return nodes.push(node) - 1
  }

  function visit(tensor: SymbolicTensor, scope: Scope): ValueRef {
    const known = scope.values.get(tensor.id)
    if (known) return known
    const layer = tensor.sourceLayer
    const call = layer.inboundNodes[tensor.nodeIndex] as Call
    const inputs = call.inputTensors.map((input) => visit(input, scope))
    if (isModel(layer)) {
      const value = visit(
        layer.outputs[tensor.tensorIndex ?? 0] as SymbolicTensor,
        enter(layer, call, inputs, scope),
      )
      scope.values.set(tensor.id, value)
      return value
    }
    const node = addNode(layer, inputs, call.outputTensors, scope.inference || isInference(call))
    call.outputTensors.forEach(({ id }, output) => scope.values.set(id, { node, output }))
    return scope.values.get(tensor.id) as ValueRef
  }

  function enter(nested: LayersModel, call: Call, inputs: readonly ValueRef[], outer: Scope): Scope {
    const entered = outer.inner.get(call)
    if (entered) return entered
    countCall(nested)
    const values = new Map(nested.inputs.map(({ id }, i) => [id, inputs[i] as ValueRef]))
    const scope: Scope = { values, inner: new Map(), inference: outer.inference || isInference(call) }
    outer.inner.set(call, scope)
    return scope
  }

  const inputs = model.inputs.map((tensor) => addNode(tensor.sourceLayer, [], [tensor]))
  const values = new Map(model.inputs.map(({ id }, i) => [id, { node: inputs[i] as number, output: 0 }]))
  const scope: Scope = { values, inner: new Map(), inference: false }
  const outputs = model.outputs.map((tensor) => visit(tensor, scope))
  return {
    nodes,
    inputs,
    outputs,
    shared: [...calls].filter(([, count]) => count > 1).map(([layer]) => layer),
    dropoutStreams: new Map(dropoutLayers(model).map((layer, stream) => [layer, stream])),
  }
}
