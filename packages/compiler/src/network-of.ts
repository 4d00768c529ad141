import type { Layer } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { UnsupportedModelError } from './errors.ts'
import { compilableGraph, type CompilableNode } from './graph.ts'
import { isConcatenate } from './operators/concatenate.ts'
import { layerRules } from './layers/index.ts'
import { laidOutLike } from './layers/relayout.ts'
import { ActivityOperator } from './operators/activity.ts'
import { InputOperator } from './operators/input.ts'
import { OperatorList, type Network } from './network.ts'
import type { Operator } from './operator.ts'
import { joinCalls, type Parameter } from './parameter.ts'
import type { Value } from './value.ts'

/** A model as operators. */
export interface NetworkPlan {
  readonly operators: readonly Operator[]
  /** In `model.inputs` order. */
  readonly inputs: readonly InputOperator[]
  /** In `model.outputs` order. */
  readonly outputs: readonly Value[]
  /** One for each weight, whatever the number of calls of its layer. */
  readonly parameters: readonly Parameter[]
}

/**
 * @param options.activity whether activity regularizers are computed; in training they are
 * @throws UnsupportedModelError
 */
export function networkOf(
  model: LayersModel,
  options: { training: boolean; activity?: boolean; batchSize: number; shards: number },
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
  const firstInputs = new Map<Layer, readonly Value[]>()
  /** The weights of a shared layer are packed for one layout, which the inputs of all calls have. */
  function inputsOf(node: CompilableNode): Value[] {
    const inputs = node.inputs.map((input) => values[input.node] as Value)
    if (node.layer.weights.length === 0) return inputs
    const first = firstInputs.get(node.layer)
    if (!first) firstInputs.set(node.layer, inputs)
    return first
      ? inputs.map((input, i) => laidOutLike(node.name, input, first[i] as Value, network))
      : inputs
  }
  for (const node of graph.nodes) {
    const rule = layerRules.get(node.config.kind)
    if (!rule) {
      throw new UnsupportedModelError(`there is no rule for ${node.className}`, node.name)
    }
    const refusal = rule.refusal?.(node)
    if (refusal !== undefined) throw new UnsupportedModelError(refusal, node.name)
    const value = rule.build(node, inputsOf(node), network)
    values.push(value)
    if (options.training || options.activity) addActivity(node, value, network)
  }
  return {
    operators: list.operators,
    inputs: list.operators.filter((operator) => operator instanceof InputOperator),
    outputs: graph.outputs.map(({ node }) => values[node] as Value),
    parameters: joinCalls(list.operators.flatMap((operator) => operator.parameters)),
  }
}

/** @throws UnsupportedModelError */
function addActivity({ name, regularizers }: CompilableNode, value: Value, network: Network): void {
  for (const { role, field, className, factors } of regularizers) {
    if (role !== 'activity') continue
    if (!factors)
      throw new UnsupportedModelError(
        `\`${field}\` (=${className}) is not supported; L1, L2 and L1L2 are`,
        name,
      )
    network.add(new ActivityOperator(name, value, factors))
  }
}

/** Assigns parts of concatenations to the whole as their parent, after the last operator is added. */
export function assignParents(operators: readonly Operator[]): void {
  for (const operator of operators) if (isConcatenate(operator)) operator.settle()
}
