import { isActivationLayer } from '../../losses/final-activation.ts'
import type { NodeBuilder } from './node.ts'

/** A layer that only applies an activation: nothing at the top, where the head does it. */
export const activation: NodeBuilder = (layer, { top }) =>
  top && isActivationLayer(layer)
    ? (inputs) => inputs
    : (inputs, { training }) => layer.call(inputs, { training })
