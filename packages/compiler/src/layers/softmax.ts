import type { SoftmaxConfig } from '@treadle/keras'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import type { Value } from '../value.ts'
import { plainly } from './relayout.ts'
import { SoftmaxOperator } from '../operators/softmax.ts'

export function softmaxOf(
  node: CompilableNode,
  input: Value,
  network: Network,
  name: 'softmax' | 'logSoftmax' = 'softmax',
): Value {
  return network.add(new SoftmaxOperator(node.name, plainly(node.name, input, network), name))
}

export const softmax: LayerRule<SoftmaxConfig> = {
  kind: 'Softmax',
  refusal: ({ config: { axis }, shape }) =>
    axis === -1 || axis === shape.length ? undefined : `\`axis\` (=${axis}) must be the last`,
  build: (node, [input], network) => softmaxOf(node, input as Value, network),
}
