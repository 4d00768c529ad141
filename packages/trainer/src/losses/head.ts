/** Keras's and tfjs's names. */
export type LossName =
  | 'sparseCategoricalCrossentropy'
  | 'categoricalCrossentropy'
  | 'binaryCrossentropy'
  | 'meanSquaredError'

/** What the model does last, to a row of logits. 'linear' also stands for anything the executor keeps below. */
export type HeadActivation = 'softmax' | 'sigmoid' | 'linear'

/**
 * The top of a model in training: activation, loss and metric, taken together so that cross-entropy is computed
 * from logits, as Keras does. Everything below it ends in "logits" of shape [rows, units].
 */
export interface Head {
  readonly units: number
  /** outputs = activation(logits) */
  readonly activation: HeadActivation
  readonly loss: LossName
  readonly metric: 'accuracy' | 'mae'
}
