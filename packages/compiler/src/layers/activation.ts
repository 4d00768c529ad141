import type {
  ActivationConfig,
  ELUConfig,
  LeakyReLUConfig,
  ReLUConfig,
  ThresholdedReLUConfig,
} from '@treadle/keras'
import {
  activationFunctions,
  elu as eluOf,
  rectifier,
  type ActivationFunction,
} from '../activation-functions.ts'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import type { Value } from '../value.ts'
import { softmaxOf } from './softmax.ts'
import { ViewOperator } from '../operators/view.ts'
import { ActivationOperator } from '../operators/activation.ts'

/** The activation called `name`, as an operator after `input`. */
export function activationOf(node: CompilableNode, name: string, input: Value, network: Network): Value {
  if (name === 'linear') return network.add(new ViewOperator(node.name, input, input.shape, input.layout))
  if (name === 'softmax' || name === 'logSoftmax') return softmaxOf(node, input, network, name)
  return network.add(
    new ActivationOperator(node.name, input, activationFunctions[name] as ActivationFunction),
  )
}

const known = ['linear', 'softmax', 'logSoftmax', ...Object.keys(activationFunctions)].sort()

/** Why `name` is no activation that can be compiled, or nothing. */
export function activationRefusal(name: string): string | undefined {
  return known.includes(name) ? undefined : `activation '${name}' is not one of ${known.join(', ')}`
}

export const activation: LayerRule<ActivationConfig> = {
  kind: 'Activation',
  refusal: ({ config }) => activationRefusal(config.activation),
  build: (node, [input], network) => activationOf(node, node.config.activation, input as Value, network),
}

/** A layer that is an activation with settings. */
function activationLayer<C extends ELUConfig | LeakyReLUConfig | ReLUConfig | ThresholdedReLUConfig>(
  kind: C['kind'],
  functionOf: (config: C) => ActivationFunction,
): LayerRule<C> {
  return {
    kind,
    build: (node, [input], network) =>
      network.add(new ActivationOperator(node.name, input as Value, functionOf(node.config))),
  }
}

export const elu = activationLayer<ELUConfig>('ELU', ({ alpha }) => eluOf(alpha))
export const leakyReLU = activationLayer<LeakyReLUConfig>('LeakyReLU', rectifier)
export const reLU = activationLayer<ReLUConfig>('ReLU', rectifier)
export const thresholdedReLU = activationLayer<ThresholdedReLUConfig>('ThresholdedReLU', ({ theta }) =>
  rectifier({ threshold: theta }),
)
