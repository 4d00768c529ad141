import { checkOptions, show } from '@treadle/core'
import { type IntegerVector, checkScoredRows, refuse } from './check.ts'
import { predictedClasses } from './probabilities.ts'

/** The samples whose confidence is in (low, high]; the first bin includes 0. */
export interface ReliabilityBin {
  readonly low: number
  readonly high: number
  readonly count: number
  /** Mean probability of the predicted class; NaN without samples. */
  readonly confidence: number
  /** Share of correct predictions; NaN without samples. */
  readonly accuracy: number
}

const MOST_BINS = 10_000

export interface Calibration {
  /** Expected calibration error: mean of |accuracy − confidence| over the bins, weighted by their samples, in [0, 1]. */
  readonly expectedCalibrationError: number
  /** The largest such gap of any bin with samples. */
  readonly maximumCalibrationError: number
  readonly bins: readonly ReliabilityBin[]
}

/**
 * Compare the confidence of the predicted class with how often it is correct, in bins of equal width
 * (Guo et al., "On Calibration of Modern Neural Networks", 2017; 15 bins as there).
 * @param labels shape [samples], integers in [0, classes)
 * @param probabilities row-major, shape [samples, classes]
 * @param options.bins 15 unless given, at most 10,000
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function calibration(
  labels: IntegerVector,
  probabilities: ArrayLike<number>,
  options: { bins?: number } = {},
): Calibration {
  const operation = 'calibration'
  checkOptions(operation, options, { bins: 'any' })
  const { bins: binCount = 15 } = options
  const classes = checkScoredRows(operation, labels, probabilities)
  if (!Number.isInteger(binCount) || binCount < 1 || binCount > MOST_BINS)
    refuse(operation, `\`bins\` (=${show(binCount)}) must be an integer from 1 to ${MOST_BINS}.`)

  const predictions = predictedClasses(probabilities, classes)
  const tallies = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, hits: 0 }))
  for (let row = 0; row < labels.length; row++) {
    const predicted = predictions[row] as number
    const confidence = probabilities[row * classes + predicted] as number
    const bin = tallies[binOf(confidence, binCount)] as (typeof tallies)[number]
    bin.count++
    bin.confidence += confidence
    if (predicted === labels[row]) bin.hits++
  }
  const bins = tallies.map(({ count, confidence, hits }, i) => ({
    low: i / binCount,
    high: (i + 1) / binCount,
    count,
    confidence: confidence / count,
    accuracy: hits / count,
  }))
  const gaps = bins.map(({ count, confidence, accuracy }) =>
    count === 0 ? 0 : Math.abs(accuracy - confidence),
  )
  return {
    expectedCalibrationError: gaps.reduce((sum, gap, i) => sum + (gap * bins[i]!.count) / labels.length, 0),
    maximumCalibrationError: Math.max(...gaps),
    bins,
  }
}

/** Index of the bin (i / n, (i + 1) / n] that holds `confidence`. */
function binOf(confidence: number, bins: number): number {
  let i = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))
  // the product may round across an edge; the edges themselves decide
  if (i < bins - 1 && confidence > (i + 1) / bins) i++
  else if (i > 0 && confidence <= i / bins) i--
  return i
}
