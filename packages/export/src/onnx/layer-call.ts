import type { Fields, LayerNode } from '@treadle/keras'
import type { Weight } from '../layer-weights.ts'
import { settingReason, unsupported } from '../unsupported.ts'
import type { Attributes, OnnxGraph, OnnxShape } from './graph.ts'
import { commonLayout, Value, type Layout } from './value.ts'

/** One call of a layer that is written as ONNX nodes. */
export class LayerCall {
  readonly graph: OnnxGraph
  readonly inputs: readonly Value[]
  /** The layer's settings with names in camel case. */
  readonly fields: Fields
  readonly #node: LayerNode
  readonly #weights: readonly Weight[]
  /** The layer's name; unique among the layers of nested models. */
  readonly #name: string

  constructor(
    graph: OnnxGraph,
    node: LayerNode,
    inputs: readonly Value[],
    weights: readonly Weight[],
    name: string,
  ) {
    this.graph = graph
    this.#node = node
    this.inputs = inputs
    this.fields = node.layer.getConfig()
    this.#weights = weights
    this.#name = name
  }

  get input(): Value {
    return this.inputs[0] as Value
  }

  get className(): string {
    return this.#node.className
  }

  /** The shape of the layer's output in tfjs's layout. */
  get outputShape(): OnnxShape {
    return [null, ...(this.#node.outputShapes[0] ?? [])]
  }

  weight(role: string): Weight | undefined {
    return this.#weights.find((weight) => weight.role === role)
  }

  /** A constant of this layer, such as a weight. */
  constant(role: string, shape: readonly number[], values: Float32Array): string {
    return this.graph.floats(`${this.#name}/${role}`, shape, values)
  }

  /** Adds a node that is named after the layer. */
  op(type: string, inputs: readonly string[], attributes?: Attributes): string {
    return this.graph.op(type, inputs, `${this.#name}/${type}`, attributes)
  }

  /** The layer's output. */
  result(layout: Layout, name: string, shape = this.outputShape): Value {
    return new Value(this.graph, shape, layout, name)
  }

  /** Applies an operation that treats every element alike, in the layout that the input has. */
  map(value: Value, apply: (name: string, layout: Layout) => string): Value {
    const layout = commonLayout([value])
    return this.result(layout, apply(value.in(layout), layout), value.shape)
  }

  unsupported(field: string, rule: string): Error {
    return unsupported('onnx', this.#node, settingReason(field, this.fields[field], rule))
  }

  /** Throws unless the channels are last: the order of this package's values. */
  requireChannelsLast(): void {
    if (this.fields['dataFormat'] === 'channelsFirst')
      throw this.unsupported('dataFormat', 'but only layers with the channels last are written')
  }
}

/** Writes one class of layer. */
export type Lowering = (call: LayerCall) => Value
