import type { Head } from '@treadle/keras'
import { activate, classify } from './losses/score.ts'

export interface Evaluation {
  /** Mean over the samples plus the model's L1/L2 regularization loss, as in Keras. */
  readonly loss: number
  /** Row-major, shape [count, units]: probabilities where the model ends in softmax or sigmoid. */
  readonly outputs: Float32Array
}

export interface ClassifierEvaluation extends Evaluation {
  readonly accuracy: number
  /** Class index of each sample, shape [count]. */
  readonly predictions: Int32Array
}

export interface TableEvaluation extends Evaluation {
  /** Present for cross-entropies, in [0, 1]. */
  readonly accuracy?: number
  readonly predictions?: Int32Array
  /** Mean absolute error in the unit of the targets. Present for losses with numeric targets. */
  readonly mae?: number
  /** Root mean squared error in the unit of the targets. Present for mean squared error. */
  readonly rmse?: number
}

/**
 * Metrics and outputs from the logits of all samples.
 * @param scores means over the samples, without the regularization loss
 * @param logits row-major, shape [count, head.units]; overwritten with the outputs
 */
export function evaluationOf(
  head: Head,
  scores: { readonly loss: number; readonly metric: number },
  logits: Float32Array,
  regularization: number,
): TableEvaluation {
  const { loss, metric } = scores
  activate(head, logits, logits)
  const total = loss + regularization
  return head.metric === 'mae'
    ? {
        loss: total,
        mae: metric,
        ...(head.loss === 'meanSquaredError' && { rmse: Math.sqrt(loss) }),
        outputs: logits,
      }
    : { loss: total, accuracy: metric, predictions: classify(head, logits), outputs: logits }
}
