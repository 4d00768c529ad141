import { checkShape } from '../check.ts'
import { eachOutput, ratio, type EpochMetric } from './epoch-metric.ts'

/** Options of precision and recall. */
export interface ThresholdOptions {
  /** An output above it is positive. */
  readonly threshold: number
  /** Counts the outputs of this class alone. */
  readonly classId?: number | undefined
}

/** Right positives ÷ positive outputs, over all outputs of all samples: Keras's `Precision`. */
export function precision(options: ThresholdOptions): EpochMetric {
  return counted('precision', options, (positiveOutput) => positiveOutput)
}

/** Right positives ÷ positive targets, over all outputs of all samples: Keras's `Recall`. */
export function recall(options: ThresholdOptions): EpochMetric {
  return counted('recall', options, (_, positiveTarget) => positiveTarget)
}

function counted(
  operation: string,
  options: ThresholdOptions,
  counts: (positiveOutput: boolean, positiveTarget: boolean) => boolean,
): EpochMetric {
  checkShape(operation, 'options', options, { threshold: 'number', 'classId?': 'number' })
  const { threshold, classId } = options
  const limit = Math.fround(threshold)
  return {
    size: 2,
    add(samples, sums, from) {
      eachOutput(samples, classId, (output, target) => {
        const positive = output > limit
        if (positive && target) sums[from]! += 1
        if (counts(positive, target)) sums[from + 1]! += 1
      })
    },
    value: (sums, from) => ratio(sums[from] as number, sums[from + 1] as number),
  }
}
