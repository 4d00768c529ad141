import type { ActivationConfig, ReLUConfig } from '@treadle/keras'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import type { Value } from '../value.ts'
import { softmaxOf } from './softmax.ts'
import { ViewOperator } from '../operators/view.ts'
import { type ActivationKind, ActivationOperator } from '../operators/activation.ts'

/** The activation called `name`, as an operator after `input`. */
export function activationOf(node: CompilableNode, name: string, input: Value, network: Network): Value {
  if (name === 'linear') return network.add(new ViewOperator(node.name, input, input.shape, input.layout))
  if (name === 'softmax') return softmaxOf(node, input, network)
  return network.add(new ActivationOperator(node.name, input, name as ActivationKind))
}

const known = ['linear', 'relu', 'sigmoid', 'softmax', 'tanh']

/** Why `name` is no activation that can be compiled, or nothing. */
export function activationRefusal(name: string): string | undefined {
  return known.includes(name) ? undefined : `activation '${name}' is not one of ${known.join(', ')}`
}

export const activation: LayerRule<ActivationConfig> = {
  kind: 'Activation',
  refusal: ({ config }) => activationRefusal(config.activation),
  build: (node, [input], network) => activationOf(node, node.config.activation, input as Value, network),
}

/** ReLU without an upper limit, a slope below zero or a threshold. */
export const reLU: LayerRule<ReLUConfig> = {
  kind: 'ReLU',
  refusal({ config: { maxValue, negativeSlope, threshold } }) {
    if (maxValue !== undefined) return `\`maxValue\` (=${maxValue}) is not supported`
    if (negativeSlope !== 0) return `\`negativeSlope\` (=${negativeSlope}) is not supported`
    if (threshold !== 0) return `\`threshold\` (=${threshold}) is not supported`
    return undefined
  },
  build: (node, [input], network) => activationOf(node, 'relu', input as Value, network),
}
