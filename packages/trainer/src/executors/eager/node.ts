import type { Tensor } from '@tensorflow/tfjs-core'
import type { Layer } from '../../layers.ts'

/** What a pass through the graph draws and leaves behind. */
export interface Pass {
  readonly training: boolean
  /**
   * Dropout's multipliers (0 or fround(1 / (1 − rate))) for the next call of a layer.
   * @param layer whose mask is asked for
   * @param size elements of the mask
   */
  multipliers(layer: Layer, size: number): Float32Array
  /** Takes the mean and biased variance over a batch, each of shape [channels]. */
  batchStatistics(layer: Layer, mean: Float32Array, variance: Float32Array): void
}

/** One call of a layer, as the graph's walk makes it. */
export type Apply = (inputs: Tensor[], pass: Pass) => Tensor | Tensor[]

interface NodeContext {
  /** Whether each input depends on a trainable weight; no gradient is computed for one that does not. */
  readonly inputNeedsGradient: readonly boolean[]
  /** Whether the layer has trainable weights. */
  readonly trainable: boolean
  /** True for the node whose activation belongs to the head and is left out here. */
  readonly top: boolean
}

/** What `tf.customGrad` passes last: keeps tensors for the backward pass. */
export type Save = (tensors: Tensor[]) => void

/** Builds the call of one layer. */
export type NodeBuilder = (layer: Layer, context: NodeContext) => Apply
