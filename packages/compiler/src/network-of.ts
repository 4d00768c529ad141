import type { LayersModel } from '@tensorflow/tfjs-layers'
import { UnsupportedModelError } from './errors.ts'
import { compilableGraph } from './graph.ts'
import { isConcatenate } from './operators/concatenate.ts'
import { layerRules } from './layers/index.ts'
import { InputOperator } from './operators/input.ts'
import { OperatorList, type Network } from './network.ts'
import type { Operator } from './operator.ts'
import type { Parameter } from './parameter.ts'
import type { Value } from './value.ts'

/** A model as operators. */
export interface NetworkPlan {
  readonly operators: readonly Operator[]
  readonly input: InputOperator
  readonly output: Value
  readonly parameters: readonly Parameter[]
}

/** @throws UnsupportedModelError */
export function networkOf(
  model: LayersModel,
  options: { training: boolean; batchSize: number; shards: number },
): NetworkPlan {
  const graph = compilableGraph(model)
  const list = new OperatorList()
  const trained = new Set(options.training ? model.trainableWeights.map(({ id }) => id) : [])
  const network: Network = {
    ...options,
    graph,
    trains: ({ id }) => trained.has(id),
    add: (operator) => list.add(operator),
  }
  const values: Value[] = []
  for (const node of graph.nodes) {
    const rule = layerRules.get(node.config.kind)
    if (!rule) {
      throw new UnsupportedModelError(`there is no rule for ${node.className}`, node.name)
    }
    const refusal = rule.refusal?.(node)
    if (refusal !== undefined) throw new UnsupportedModelError(refusal, node.name)
    values.push(
      rule.build(
        node,
        node.inputs.map((input) => values[input.node] as Value),
        network,
      ),
    )
  }
  const input = list.operators.find((operator) => operator instanceof InputOperator)
  if (!input) throw new UnsupportedModelError('it has no input layer')
  return {
    operators: list.operators,
    input,
    output: values.at(-1) as Value,
    parameters: list.operators.flatMap((operator) => operator.parameters),
  }
}

/** Assigns parts of concatenations to the whole as their parent, after the last operator is added. */
export function assignParents(operators: readonly Operator[]): void {
  for (const operator of operators) if (isConcatenate(operator)) operator.settle()
}
