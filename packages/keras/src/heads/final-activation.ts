import type { Graph, LayerNode } from '../graph/graph.ts'

/**
 * The activation that a node applies last: 'softmax', 'relu', 'linear', …; undefined for a layer that applies none.
 * Softmax along another axis than the last counts as none.
 */
export function activationOf({ config, outputShapes }: LayerNode): string | undefined {
  switch (config.kind) {
    case 'Activation':
    case 'Dense':
      return config.activation
    case 'Softmax':
      return config.axis === -1 || config.axis === outputShapes[0]?.length ? 'softmax' : undefined
    default:
      return undefined
  }
}

/** The node that computes the model's first output, inside nested models too. */
export function outputNode({ nodes, outputs }: Graph): LayerNode {
  return nodes[outputs[0]?.node ?? 0] as LayerNode
}
