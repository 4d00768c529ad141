import type { LayerConfig } from '@treadle/keras'
import type { LayerVariable } from '@tensorflow/tfjs-layers'
import type { CompilableGraph, CompilableNode } from './graph.ts'
import type { Operator } from './operator.ts'
import type { Parameter } from './parameter.ts'
import type { Value } from './value.ts'

/** What a layer's rule needs to build its operators. */
export interface Network {
  readonly graph: CompilableGraph
  readonly training: boolean
  readonly batchSize: number
  readonly shards: number
  /** Whether a weight is to be trained. */
  trains(variable: LayerVariable): boolean
  /** Adds an operator after those it takes; returns its output. */
  add(operator: Operator): Value
}

/** One kind of layer. A new one is a file like this and a line in `layers/index.ts`. */
export interface LayerRule<C extends LayerConfig = LayerConfig> {
  readonly kind: C['kind']
  /** Why the layer cannot be compiled, or undefined: a sentence about it, without its full stop. */
  refusal?(node: CompilableNode<C>): string | undefined
  /** Operations of a training step for each sample; those of the output's elements if absent. */
  work?(node: CompilableNode<C>): number
  /** Its shape rule, forward and backward, as operators. Returns the output. */
  build(node: CompilableNode<C>, inputs: readonly Value[], network: Network): Value
}

/** Operators in order, with what flows between them. */
export class OperatorList {
  readonly operators: Operator[] = []

  add(operator: Operator): Value {
    for (const input of operator.inputs) input.consumers.push(operator)
    const trained = operator.parameters.some((parameter: Parameter) => parameter.trained)
    operator.output.needsGradient = trained || operator.inputs.some((input) => input.needsGradient)
    this.operators.push(operator)
    return operator.output
  }
}
