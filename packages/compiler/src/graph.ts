import { readGraph, type Graph, type LayerConfig, type LayerNode, type Shape } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { UnsupportedModelError } from './errors.ts'

/** A node with one output and shapes of known sizes. */
export interface CompilableNode<C extends LayerConfig = LayerConfig> extends LayerNode<C> {
  /** Of its output, without the batch dimension. */
  readonly shape: readonly number[]
  /** Of each input, without the batch dimension. */
  readonly inputShapes: readonly (readonly number[])[]
}

/** A graph whose nodes have one output each. */
export interface CompilableGraph extends Graph {
  readonly nodes: readonly CompilableNode[]
}

/**
 * Reads the graph of a model that can be compiled.
 * @throws UnsupportedModelError
 */
export function compilableGraph(model: LayersModel): CompilableGraph {
  const graph = readGraph(model)
  return { ...graph, nodes: graph.nodes.map(withSizes) }
}

function withSizes(node: LayerNode): CompilableNode {
  const [shape = [], ...others] = node.outputShapes
  if (others.length > 0) {
    throw new UnsupportedModelError(`it has ${others.length + 1} outputs; one can be compiled`, node.name)
  }
  const sizes = (one: Shape) => {
    if (one.every((size) => size !== null)) return one
    throw new UnsupportedModelError(
      `its shape [null, ${one.map(String).join(', ')}] has a dimension of unknown size`,
      node.name,
    )
  }
  return { ...node, shape: sizes(shape), inputShapes: node.inputShapes.map(sizes) }
}
