import { findWeight } from '@treadle/keras'
import type { CompilableNode } from '../graph.ts'
import type { Network } from '../network.ts'
import type { WeightOptions } from '../parameter.ts'
import { rulesOf } from '../weight-rules.ts'

export type WeightsByName = (name: string) => WeightOptions

/** The weights of a layer by the end of their names: 'kernel', 'bias', … */
export function weightsOf(node: CompilableNode, network: Network): WeightsByName {
  return (name) => {
    const variable = findWeight(node.layer, name)
    return { variable, trained: network.trains(variable), ...rulesOf(node, name) }
  }
}

/** The bias of a layer. In inference a normalization that is folded into the layer may add one. */
export function biasOf(weight: WeightsByName, useBias: boolean, network: Network): WeightOptions | undefined {
  if (useBias) return weight('bias')
  return network.training ? undefined : { variable: undefined, trained: false }
}
