import type { NodeBuilder } from './node.ts'

/** Calls a layer as tfjs implements it; tfjs's tape differentiates it. */
export const callLayer: NodeBuilder = ({ layer }) => {
  return (inputs, { training }) => layer.call(inputs, { training })
}
