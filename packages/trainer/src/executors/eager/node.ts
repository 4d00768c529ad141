import type {
  AlphaDropoutConfig,
  BatchNormalizationConfig,
  DropoutConfig,
  LayerConfig,
  LayerNode,
  NoiseConfig,
} from '@treadle/keras'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ActivityFactors } from '../../activity.ts'

/** Source of dropout masks and noise, and receiver of batch statistics for one pass through the graph. */
export interface Pass {
  readonly training: boolean
  /**
   * A dropout mask: 1 kept, 0 dropped.
   * @param node the call that uses the mask
   * @param size number of elements of the mask
   */
  mask(node: LayerNode<DropoutConfig | AlphaDropoutConfig>, size: number): Uint8Array
  /** Normal numbers of mean 0 and standard deviation 1, as many as elements of the call's input. */
  noise(node: LayerNode<NoiseConfig>, size: number): Float32Array
  /** Receives the output of a call whose layer has activity regularizers. */
  activity(factors: readonly ActivityFactors[], output: Tensor): void
  /** Receives the mean and the biased variance of a batch, each of shape [channels]. */
  batchStatistics(node: LayerNode<BatchNormalizationConfig>, mean: Float32Array, variance: Float32Array): void
}

/** Runs one call of a layer. */
export type Apply = (inputs: Tensor[], pass: Pass) => Tensor | Tensor[]

interface NodeContext {
  /** Whether each input depends on a trainable weight; no gradient is computed for an input that does not. */
  readonly inputNeedsGradient: readonly boolean[]
  /** Whether the layer has trainable weights. */
  readonly trained: boolean
  /** True for an output node. The output head applies its activation, not the node. */
  readonly top: boolean
}

/** The last argument of a `tf.customGrad` function: saves tensors for the backward pass. */
export type Save = (tensors: Tensor[]) => void

/** Builds the call of one layer kind. */
export type NodeBuilder<C extends LayerConfig = LayerConfig> = (
  node: LayerNode<C>,
  context: NodeContext,
) => Apply
