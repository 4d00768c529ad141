import type { LayerConfig } from '../layers/index.ts'
import type { Constraint } from '../weights/constraints.ts'
import type { Regularizer } from '../weights/regularizers.ts'
import type { Layer } from './layer.ts'

/** Sizes without the batch dimension; null where a size is not fixed. */
export type Shape = readonly (number | null)[]

/** One output of one node. */
export interface ValueRef {
  /** Index into `Graph.nodes`. */
  readonly node: number
  /** Index into `LayerNode.outputShapes`; 0 for nearly every layer. */
  readonly output: number
}

/** One call of a layer. A layer that is applied several times (a shared layer) has several nodes. */
export interface LayerNode<C extends LayerConfig = LayerConfig> {
  readonly layer: Layer
  readonly name: string
  /** Keras's class name. */
  readonly className: string
  readonly config: C
  /** Which call of its layer this is, from 0. */
  readonly call: number
  /** False for a layer that is frozen or lies in a frozen model. */
  readonly trainable: boolean
  /** The layer, or a model around it, is called with `training=False`: it does in training what it does in predictions. */
  readonly inference: boolean
  readonly regularizers: readonly Regularizer[]
  readonly constraints: readonly Constraint[]
  readonly inputs: readonly ValueRef[]
  readonly inputShapes: readonly Shape[]
  readonly outputShapes: readonly Shape[]
}

/** A layers model as a list of calls. Nested models are unrolled: the calls of their layers take their position. */
export interface Graph {
  /** In an order in which every node comes after the nodes that it takes. */
  readonly nodes: readonly LayerNode[]
  /** Indices into `nodes` of the input layers, in `model.inputs` order. */
  readonly inputs: readonly number[]
  /** In `model.outputs` order. */
  readonly outputs: readonly ValueRef[]
  /** The layers and nested models that are applied more than once, outermost first. */
  readonly shared: readonly Layer[]
  /** The number of the random stream of each layer that draws a dropout mask or noise. */
  readonly dropoutStreams: ReadonlyMap<Layer, number>
}
