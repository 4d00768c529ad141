import { findWeight, type DenseConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { regularizerOf, weightRefusal } from '../regularizer.ts'
import type { Value } from '../value.ts'
import { alongLastAxis } from './relayout.ts'
import { activationOf, activationRefusal } from './activation.ts'
import { DenseOperator, type WeightOptions } from '../operators/dense.ts'

export const dense: LayerRule<DenseConfig> = {
  kind: 'Dense',
  refusal: (node) => activationRefusal(node.config.activation) ?? weightRefusal(node),
  build(node, [input], network) {
    const value = alongLastAxis(node.name, input as Value, network)
    const { layer } = node
    const { activation, units, useBias } = node.config
    const weight = (name: 'kernel' | 'bias'): WeightOptions => {
      const variable = findWeight(layer, name)
      return { variable, trained: network.trains(variable), ...regularizerOf(node, name) }
    }
    const output = network.add(
      new DenseOperator(node.name, value, {
        kernel: weight('kernel'),
        // In inference a normalization that is folded into the layer may add one.
        bias: useBias
          ? weight('bias')
          : network.training
            ? undefined
            : { variable: undefined, trained: false },
        units,
        relu: activation === 'relu',
        batchSize: network.batchSize,
        shards: network.shards,
        shape: node.shape,
      }),
    )
    return activation === 'relu' || activation === 'linear'
      ? output
      : activationOf(node, activation, output, network)
  },
}
