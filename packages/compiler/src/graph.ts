import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { UnsupportedModelError } from './errors.ts'
import { dropoutLayers, isModel, type Layer } from './flat-layers.ts'

/** One application of a layer. Nested models are taken apart: their layers stand in their place. */
export interface LayerNode {
  readonly layer: Layer
  readonly name: string
  readonly className: string
  readonly config: Readonly<Record<string, unknown>>
  /** Indices into `Graph.nodes` of what it takes. */
  readonly inputs: readonly number[]
  /** Of its output, without the batch. */
  readonly shape: readonly number[]
  /** Of each input, without the batch. */
  readonly inputShapes: readonly (readonly number[])[]
}

/** A model as nodes in an order in which each comes after those it takes; the last is the output. */
export interface Graph {
  readonly nodes: readonly LayerNode[]
  /** Index of each layer that draws a dropout mask, in `model.layers` order, nested models in place. */
  readonly dropoutStreams: ReadonlyMap<Layer, number>
}

/** @throws UnsupportedModelError */
export function readGraph(model: LayersModel): Graph {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new UnsupportedModelError(
      `it has ${model.inputs.length} inputs and ${model.outputs.length} outputs; one of each can be compiled`,
    )
  }
  const nodes: LayerNode[] = []
  const indices = new Map<string, number>()
  const used = new Set<Layer>()

  /** `outer` gives what stands for the inputs of a nested model. */
  function visit(tensor: SymbolicTensor, outer: ReadonlyMap<number, number>, path: string): number {
    const known = outer.get(tensor.id)
    if (known !== undefined) return known
    const key = `${path}/${tensor.id}`
    const found = indices.get(key)
    if (found !== undefined) return found
    const layer = tensor.sourceLayer
    // An input layer's node names its own output as its input.
    const taken =
      layer.getClassName() === 'InputLayer' ? [] : (layer.inboundNodes[tensor.nodeIndex]?.inputTensors ?? [])
    const inputs = taken.map((input) => visit(input, outer, path))
    if (used.has(layer)) {
      throw new UnsupportedModelError(
        'it is applied more than once; weights shared between places are not supported',
        layer.name,
      )
    }
    used.add(layer)
    let index: number
    if (isModel(layer)) {
      const inner = new Map(layer.inputs.map((input, i) => [input.id, inputs[i] as number]))
      index = visit(layer.outputs[tensor.tensorIndex ?? 0] as SymbolicTensor, inner, `${path}/${layer.name}`)
    } else {
      index = nodes.length
      nodes.push({
        layer,
        name: layer.name,
        className: layer.getClassName(),
        config: layer.getConfig(),
        inputs,
        shape: sizes(tensor, layer),
        inputShapes: inputs.map((i) => (nodes[i] as LayerNode).shape),
      })
    }
    indices.set(key, index)
    return index
  }

  visit(model.outputs[0] as SymbolicTensor, new Map(), '')
  return { nodes, dropoutStreams: new Map(dropoutLayers(model).map((layer, stream) => [layer, stream])) }
}

function sizes(tensor: SymbolicTensor, layer: Layer): number[] {
  return tensor.shape.slice(1).map((size) => {
    if (typeof size === 'number') return size
    throw new UnsupportedModelError(
      `its output shape [${tensor.shape.join(', ')}] has a dimension of unknown size`,
      layer.name,
    )
  })
}
