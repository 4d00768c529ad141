import type { NodeBuilder } from './node.ts'

/** Calls the tfjs implementation of a layer, with tfjs's automatic differentiation. */
export const callLayer: NodeBuilder = ({ layer }) => {
  return (inputs, { training }) => layer.call(inputs, { training })
}
