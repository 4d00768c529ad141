import { log } from '@treadle/core'
import { checkShape } from '../check.ts'
import { eachOutput, ratio, type EpochMetric } from './epoch-metric.ts'

/** Options of the area under the curve. */
export interface AucOptions {
  /** 'ROC': true against false positive rate. 'PR': precision against recall. */
  readonly curve: 'ROC' | 'PR'
  /** Number of thresholds, evenly spaced from 0 to 1; at least 2. */
  readonly thresholds: number
  /** Counts the outputs of this class alone. */
  readonly classId?: number | undefined
}

/**
 * Area under a curve, over all outputs of all samples: Keras's `AUC`, with its thresholds, and its interpolation for
 * precision and recall (Davis and Goadrich, 2006).
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function auc(options: AucOptions): EpochMetric {
  checkShape('auc', 'options', options, { curve: 'string', thresholds: 'number', 'classId?': 'number' })
  const { curve, thresholds, classId } = options
  return {
    // How many positives and how many negatives lie above each threshold but no higher one.
    size: 2 * thresholds,
    add(samples, sums, from) {
      eachOutput(samples, classId, (output, target) => {
        const bucket = Math.ceil(Math.fround(Math.min(output, 1) * (thresholds - 1))) - 1
        sums[from + (target ? 0 : thresholds) + Math.max(bucket, 0)]! += 1
      })
    },
    value(sums, from) {
      const positives = atLeast(sums.slice(from, from + thresholds))
      const negatives = atLeast(sums.slice(from + thresholds, from + 2 * thresholds))
      return curve === 'ROC' ? areaOfRates(positives, negatives) : areaOfPrecision(positives, negatives)
    },
  }
}

/** Item i is the sum of the items from i on. */
function atLeast(counts: number[]): number[] {
  for (let i = counts.length - 2; i >= 0; i--) counts[i]! += counts[i + 1] as number
  return counts
}

function areaOfRates(positives: readonly number[], negatives: readonly number[]): number {
  const heights = positives.map((count) => ratio(count, positives[0] as number))
  const places = negatives.map((count) => ratio(count, negatives[0] as number))
  let area = 0
  for (let i = 0; i + 1 < heights.length; i++)
    area +=
      ((places[i] as number) - (places[i + 1] as number)) *
      (((heights[i] as number) + (heights[i + 1] as number)) / 2)
  return area
}

function areaOfPrecision(truePositives: readonly number[], falsePositives: readonly number[]): number {
  const all = truePositives[0] as number
  let area = 0
  for (let i = 0; i + 1 < truePositives.length; i++) {
    const [tp, nextTp] = [truePositives[i] as number, truePositives[i + 1] as number]
    const outputs = tp + (falsePositives[i] as number)
    const nextOutputs = nextTp + (falsePositives[i + 1] as number)
    const slope = ratio(tp - nextTp, Math.max(outputs - nextOutputs, 0))
    const intercept = nextTp - slope * nextOutputs
    const safe = outputs > 0 && nextOutputs > 0 ? ratio(outputs, nextOutputs) : 1
    area += ratio(slope * (tp - nextTp + intercept * log(safe)), all)
  }
  return area
}
