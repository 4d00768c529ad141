import { type IntegerVector, checkIntegers, checkPaired, checkWeights } from './check.ts'
import { type WeightOption, confusionMatrix, weightsOf } from './confusion-matrix.ts'

/**
 * The share of correct predictions, in [0, 1]: scikit-learn's `accuracy_score`.
 * @param labels shape [count], any integers
 * @param predictions shape [count], any integers
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function accuracy(
  labels: IntegerVector,
  predictions: IntegerVector,
  options: WeightOption = {},
): number {
  const matrix = tally('accuracy', labels, predictions, options)
  const { total, hits } = margins(matrix)
  return hits / total
}

/**
 * Mean recall over the classes that occur among `labels`, in [0, 1]: scikit-learn's `balanced_accuracy_score`.
 * @param labels shape [count], any integers
 * @param predictions shape [count], any integers
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function balancedAccuracy(
  labels: IntegerVector,
  predictions: IntegerVector,
  options: WeightOption = {},
): number {
  const matrix = tally('balancedAccuracy', labels, predictions, options)
  const { actual } = margins(matrix)
  const recalls = matrix.flatMap((row, i) =>
    actual[i] === 0 ? [] : [(row[i] as number) / (actual[i] as number)],
  )
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
}

/**
 * Cohen's κ: agreement beyond chance, at most 1, 0 for guessing by frequency. scikit-learn's `cohen_kappa_score`.
 * @param labels shape [count], any integers
 * @param predictions shape [count], any integers
 * @returns NaN where one class fills both, and agreement by chance is certain
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function cohenKappa(
  labels: IntegerVector,
  predictions: IntegerVector,
  options: WeightOption = {},
): number {
  const matrix = tally('cohenKappa', labels, predictions, options)
  const { actual, predicted, total, hits } = margins(matrix)
  const byChance = actual.reduce((sum, count, i) => sum + count * (predicted[i] as number), 0) / total
  return byChance === total ? Number.NaN : 1 - (total - hits) / (total - byChance)
}

/**
 * Matthews's correlation of labels and predictions, in [−1, 1], for any number of classes: scikit-learn's
 * `matthews_corrcoef`. 0 where either holds one class only.
 * @param labels shape [count], any integers
 * @param predictions shape [count], any integers
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function matthewsCorrcoef(
  labels: IntegerVector,
  predictions: IntegerVector,
  options: WeightOption = {},
): number {
  const matrix = tally('matthewsCorrcoef', labels, predictions, options)
  const { actual, predicted, total, hits } = margins(matrix)
  const spread = (total * total - dot(predicted, predicted)) * (total * total - dot(actual, actual))
  return spread === 0 ? 0 : (hits * total - dot(actual, predicted)) / Math.sqrt(spread)
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}

/** The confusion matrix over the sorted union of labels seen. */
function tally(operation: string, labels: IntegerVector, predictions: IntegerVector, options: WeightOption) {
  const sampleWeight = weightsOf(operation, options)
  checkPaired(operation, { labels, predictions })
  checkIntegers(operation, 'labels', labels)
  checkIntegers(operation, 'predictions', predictions)
  checkWeights(operation, sampleWeight, labels.length)
  const one = Array.from(labels)
  const other = Array.from(predictions)
  const index = new Map(
    [...new Set([...one, ...other])].toSorted((a, b) => a - b).map((label, i) => [label, i]),
  )
  const encode = (label: number) => index.get(label) as number
  return confusionMatrix(one.map(encode), other.map(encode), index.size, options)
}

function margins(matrix: readonly (readonly number[])[]) {
  const actual = matrix.map((row) => row.reduce((sum, count) => sum + count, 0))
  const predicted = matrix.map((_, i) => matrix.reduce((sum, row) => sum + (row[i] as number), 0))
  const total = actual.reduce((sum, count) => sum + count, 0)
  const hits = matrix.reduce((sum, row, i) => sum + (row[i] as number), 0)
  return { actual, predicted, total, hits }
}
