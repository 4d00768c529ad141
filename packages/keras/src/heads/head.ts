import type { Tensor } from '@tensorflow/tfjs-core'
import type { Graph, LayerNode } from '../graph/graph.ts'
import type { LossName } from '../losses/losses.ts'
import { activationOf, outputNode } from './final-activation.ts'

/** The activation that belongs to the head. 'linear' stands for every activation that stays in the model. */
export type HeadActivation = 'softmax' | 'sigmoid' | 'linear'

/**
 * A loss of the user's own, of tfjs operations.
 * @param targets class indices (int32) of shape [rows], or targets of the shape of `outputs`
 * @param outputs shape [rows, units]
 * @returns the loss of each sample, shape [rows] or [rows, 1], or one number for all
 */
export type CustomLoss = (targets: Tensor, outputs: Tensor) => Tensor

/**
 * The top of a model in training: final activation, loss and metric. They are computed together, so that a
 * cross-entropy is computed from logits, as Keras does. The rest of the model gives the logits, of shape
 * [samples, units].
 */
export interface Head {
  readonly units: number
  /** outputs = activation(logits) */
  readonly activation: HeadActivation
  /** 'custom' with `custom`. */
  readonly loss: LossName | 'custom'
  readonly custom?: CustomLoss
  readonly metric: 'accuracy' | 'mae'
  /** Factor of the loss in the total of several outputs; 1 when absent. */
  readonly weight?: number
  /** Of Huber's loss: the error where its square turns to a line; 1 when absent. */
  readonly delta?: number
  /** Of a cross-entropy, in [0, 1): mixes the targets with the uniform distribution; 0 when absent. */
  readonly labelSmoothing?: number
}

/** The activation that the head takes over if `node` computes the model's output. */
export function headActivation(node: LayerNode): HeadActivation {
  const activation = activationOf(node)
  return activation === 'softmax' || activation === 'sigmoid' ? activation : 'linear'
}

/** The activation that a model ends in, inside nested models too: that of its first output. */
export function finalActivation(graph: Graph): HeadActivation {
  return headActivation(outputNode(graph))
}

/** The activation that each output ends in, in `model.outputs` order. */
export function finalActivations({ nodes, outputs }: Graph): HeadActivation[] {
  return outputs.map(({ node }) => headActivation(nodes[node] as LayerNode))
}
