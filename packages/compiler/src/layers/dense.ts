import type { DenseConfig } from '@treadle/keras'
import { product } from '../layout.ts'
import type { LayerRule } from '../network.ts'
import { weightRefusal } from '../weight-rules.ts'
import type { Value } from '../value.ts'
import { alongLastAxis } from './relayout.ts'
import { activationOf, activationRefusal } from './activation.ts'
import { DenseOperator } from '../operators/dense.ts'
import { biasOf, weightsOf } from './weights.ts'

export const dense: LayerRule<DenseConfig> = {
  kind: 'Dense',
  refusal: (node) => activationRefusal(node.config.activation) ?? weightRefusal(node),
  work: ({ shape, inputShapes }) => 6 * product(shape) * (inputShapes[0]?.at(-1) ?? 0),
  build(node, [input], network) {
    const value = alongLastAxis(node.name, input as Value, network)
    const { activation, units, useBias } = node.config
    const weight = weightsOf(node, network)
    const output = network.add(
      new DenseOperator(node.name, value, {
        kernel: weight('kernel'),
        bias: biasOf(weight, useBias, network),
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
