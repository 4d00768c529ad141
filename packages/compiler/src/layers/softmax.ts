import { isCompletion, type SoftmaxConfig } from '@treadle/keras'
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
  // tfjs's own class throws in a call, and its default axis is 1.
  refusal: ({ config: { axis }, shape, layer }) =>
    axis === -1 || axis === shape.length || isCompletion(layer)
      ? undefined
      : `\`axis\` (=${axis}) must be the last for TensorFlow.js`,
  build(node, [input], network) {
    const axes = axesFromZero([node.config.axis], node.shape.length)
    return alongAxes(node.name, input as Value, axes, network, (value) => softmaxOf(node, value, network))
  },
}
