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

/**
 * What a network's first output holds: `softmax` for probabilities, `linear` for logits; otherwise the activation that
 * it ends in, or undefined. Looks through layers that leave the values as they are (Reshape, Flatten, Dropout, a linear
 * Activation), and through averages: of probabilities they are probabilities.
 */
export function outputActivation(graph: Graph): string | undefined {
  return activationAt(graph, outputNode(graph))
}

function activationAt(graph: Graph, output: LayerNode): string | undefined {
  let node = output
  while (passesOn(node)) {
    const [input] = node.inputs
    if (input === undefined) return undefined
    node = graph.nodes[input.node] as LayerNode
  }
  if (isMixture(graph, node)) return 'softmax'
  const activation = activationOf(node) ?? fieldOf(node)
  // Softmax over a part of the output leaves several distributions, not one.
  const whole = output.outputShapes[0]?.at(-1) === node.outputShapes[0]?.at(-1)
  return activation === 'softmax' && !whole ? undefined : activation
}

/** Whether a node is a weighted average of probabilities: an Add of Rescaling layers whose scales sum to 1. */
function isMixture(graph: Graph, { config, inputs }: LayerNode): boolean {
  if (config.kind !== 'Add') return false
  let sum = 0
  for (const input of inputs) {
    const part = graph.nodes[input.node] as LayerNode
    const { scale, offset } = part.config as { scale?: unknown; offset?: unknown }
    if (part.config.kind !== 'Rescaling' || typeof scale !== 'number' || scale < 0 || offset !== 0)
      return false
    const [source] = part.inputs
    if (source === undefined) return false
    if (activationAt(graph, graph.nodes[source.node] as LayerNode) !== 'softmax') return false
    sum += scale
  }
  return Math.abs(sum - 1) < 1e-6
}

function passesOn({ config, className }: LayerNode): boolean {
  if (config.kind === 'Activation') return config.activation === 'linear'
  return (
    config.kind === 'Reshape' ||
    config.kind === 'Flatten' ||
    config.kind === 'Dropout' ||
    /^GlobalAveragePooling[12]D$/.test(className)
  )
}

/** The activation in the configuration of another layer, such as a convolution. */
function fieldOf({ config }: LayerNode): string | undefined {
  const fields = config.kind === 'other' ? config.fields : config
  const activation = 'activation' in fields ? fields.activation : undefined
  return typeof activation === 'string' ? activation : undefined
}
