import type { Head } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { outputNames, type ModelSamples } from './data/arrays.ts'
import { activate, classify, totalLoss } from './losses/score.ts'
import type { OutputMetric } from './metrics/resolve.ts'
import type { SampleScores } from './score-samples.ts'

export interface Evaluation {
  /** Mean over the samples plus the model's L1/L2 regularization loss, of weights and activities, as in Keras. */
  readonly loss: number
  /** Row-major, shape [count, units]: probabilities where the model ends in softmax or sigmoid. */
  readonly outputs: Float32Array
  /** The metrics that were asked for besides, by their names in the history. */
  readonly metrics?: Readonly<Record<string, number>>
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

/** The result of `evaluate` for `ArraySamples`. */
export interface ModelEvaluation {
  /** The weighted sum of the outputs' losses plus the model's L1/L2 regularization loss, of weights and activities, as in Keras. */
  readonly loss: number
  /** By the name of the output, without weight and regularization. */
  readonly outputs: Readonly<Record<string, TableEvaluation>>
}

/**
 * Metrics and outputs from the logits of all samples.
 * @param scores means over the samples, without the regularization loss
 * @param logits row-major, shape [count, head.units]; overwritten with the outputs
 */
function evaluationOf(
  head: Head,
  scores: Omit<SampleScores, 'logits'>,
  logits: Float32Array,
  regularization: number,
  metrics: readonly OutputMetric[],
): TableEvaluation {
  const { loss, metric } = scores
  const values = metrics.map(({ name }, i) => [name, scores.metrics[i] as number] as const)
  const measured = metrics.length > 0 ? { metrics: Object.fromEntries(values) } : {}
  activate(head, logits, logits)
  const total = loss + regularization
  return head.metric === 'mae'
    ? {
        loss: total,
        mae: metric,
        ...(head.loss === 'meanSquaredError' && { rmse: Math.sqrt(loss) }),
        outputs: logits,
        ...measured,
      }
    : { loss: total, accuracy: metric, predictions: classify(head, logits), outputs: logits, ...measured }
}

/** A map from the names of a model's outputs. */
export function byName<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, i) => [names[i] as string, value]))
}

/**
 * The evaluation of a model: of its only output, or of all outputs of `ArraySamples`.
 * @param scores for each output, with logits, which are overwritten with the outputs
 */
export function evaluationsOf(
  model: LayersModel,
  { kind }: ModelSamples,
  heads: readonly Head[],
  scores: readonly SampleScores[],
  regularization: number,
  metrics: readonly (readonly OutputMetric[])[],
): TableEvaluation | ModelEvaluation {
  const own = kind === 'arrays' ? 0 : regularization
  const outputs = heads.map((head, i) => {
    const { logits, ...means } = scores[i] as SampleScores
    return evaluationOf(head, means, logits as Float32Array, own, metrics[i] ?? [])
  })
  if (kind !== 'arrays') return outputs[0] as TableEvaluation
  return { loss: totalLoss(heads, scores) + regularization, outputs: byName(outputNames(model), outputs) }
}
