import type { BatchNormalizationConfig, DropoutConfig, LayerConfig, LayerNode } from '@treadle/keras'
import type { Tensor } from '@tensorflow/tfjs-core'

/** What one pass through the graph draws and records. */
export interface Pass {
  readonly training: boolean
  /**
   * Dropout's multipliers (0 or fround(1 / (1 − rate))) for the next call of a layer.
   * @param node the call whose mask is wanted
   * @param size number of elements of the mask
   */
  multipliers(node: LayerNode<DropoutConfig>, size: number): Float32Array
  /** Takes the mean and the biased variance of a batch, each of shape [channels]. */
  batchStatistics(node: LayerNode<BatchNormalizationConfig>, mean: Float32Array, variance: Float32Array): void
}

/** Runs one call of a layer. */
export type Apply = (inputs: Tensor[], pass: Pass) => Tensor | Tensor[]

interface NodeContext {
  /** Whether each input depends on a trainable weight; no gradient is computed for an input that does not. */
  readonly inputNeedsGradient: readonly boolean[]
  /** Whether the layer has weights that are trained. */
  readonly trained: boolean
  /** True for the node whose activation belongs to the head, which is left out here. */
  readonly top: boolean
}

/** What `tf.customGrad` passes last: keeps tensors for the backward pass. */
export type Save = (tensors: Tensor[]) => void

/** Builds the call of one kind of layer. */
export type NodeBuilder<C extends LayerConfig = LayerConfig> = (
  node: LayerNode<C>,
  context: NodeContext,
) => Apply
