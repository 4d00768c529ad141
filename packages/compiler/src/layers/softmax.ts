import type { SoftmaxConfig } from '@treadle/keras'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import type { Value } from '../value.ts'
import { alongAxes, axesFromZero } from './axes.ts'
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
  build(node, [input], network) {
    const axes = axesFromZero([node.config.axis], node.shape.length)
    return alongAxes(node.name, input as Value, axes, network, (value) => softmaxOf(node, value, network))
  },
}
