import { headActivation, type ActivationConfig, type SoftmaxConfig } from '@treadle/keras'
import { callLayer } from './call-layer.ts'
import type { NodeBuilder } from './node.ts'

/** A layer that only applies an activation. The output head applies the final activation of the model instead. */
export const activation: NodeBuilder<ActivationConfig | SoftmaxConfig> = (node, context) =>
  context.top && headActivation(node) !== 'linear' ? (inputs) => inputs : callLayer(node, context)
