import { log, show } from '@treadle/core'
import { type IntegerVector, checkScoredRows, checkShape, refuse } from './check.ts'
import { type WeightOption, weightsOf } from './confusion-matrix.ts'

/**
 * The class with the largest probability for each sample, the first of equal ones.
 * @param probabilities row-major, shape [samples, classes]
 * @returns shape [samples]
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function predictedClasses(probabilities: ArrayLike<number>, classes: number): Int32Array {
  const operation = 'predictedClasses'
  checkShape(operation, 'probabilities', probabilities, 'numbers')
  if (!Number.isInteger(classes) || classes < 1)
    refuse(operation, `\`classes\` (=${show(classes)}) must be an integer of at least 1.`)
  const rows = probabilities.length / classes
  if (!Number.isInteger(rows))
    refuse(
      operation,
      `\`probabilities\` holds ${probabilities.length} values, no multiple of ${classes} classes.`,
    )
  const out = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    let best = 0
    for (let c = 1; c < classes; c++)
      if ((probabilities[row * classes + c] as number) > (probabilities[row * classes + best] as number))
        best = c
    out[row] = best
  }
  return out
}

/**
 * The share of samples whose true class is among the `k` most probable, in [0, 1]: scikit-learn's
 * `top_k_accuracy_score` (among equals it, and so this, lets the higher class go first).
 * @param labels shape [samples], integers in [0, classes)
 * @param probabilities row-major, shape [samples, classes]
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function topKAccuracy(
  labels: IntegerVector,
  probabilities: ArrayLike<number>,
  k: number,
  options: WeightOption = {},
): number {
  const operation = 'topKAccuracy'
  const sampleWeight = weightsOf(operation, options)
  const classes = checkScoredRows(operation, labels, probabilities, sampleWeight)
  if (!Number.isInteger(k) || k < 1)
    refuse(operation, `\`k\` (=${show(k)}) must be an integer of at least 1.`)
  let hits = 0
  let total = 0
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number
    const own = probabilities[row * classes + label] as number
    let before = 0
    for (let c = 0; c < classes; c++) {
      const other = probabilities[row * classes + c] as number
      if (other > own || (other === own && c > label)) before++
    }
    const weight = sampleWeight ? (sampleWeight[row] as number) : 1
    total += weight
    if (before < k) hits += weight
  }
  return hits / total
}

/**
 * Mean of −ln p(true class), in nats: scikit-learn's `log_loss`. Probabilities are clipped to [ε, 1 − ε], ε being
 * the spacing of floats at 1: 2⁻²³ for a Float32Array, else 2⁻⁵².
 * @param labels shape [samples], integers in [0, classes)
 * @param probabilities row-major, shape [samples, classes]
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function logLoss(
  labels: IntegerVector,
  probabilities: ArrayLike<number>,
  options: WeightOption = {},
): number {
  const sampleWeight = weightsOf('logLoss', options)
  const classes = checkScoredRows('logLoss', labels, probabilities, sampleWeight)
  const epsilon = probabilities instanceof Float32Array ? 2 ** -23 : 2 ** -52
  let sum = 0
  let total = 0
  for (let row = 0; row < labels.length; row++) {
    const own = probabilities[row * classes + (labels[row] as number)] as number
    const weight = sampleWeight ? (sampleWeight[row] as number) : 1
    sum -= weight * log(Math.min(1 - epsilon, Math.max(epsilon, own)))
    total += weight
  }
  return sum / total
}
