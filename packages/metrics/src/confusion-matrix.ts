import { checkOptions, show } from '@treadle/core'
import { type IntegerVector, checkIntegers, checkPaired, checkShape, checkWeights, refuse } from './check.ts'

export interface WeightOption {
  /** One weight for each sample, 1 unless given. */
  readonly sampleWeight?: ArrayLike<number> | undefined
}

/** The sample weights that a function's options hold. */
export function weightsOf(operation: string, options: WeightOption): ArrayLike<number> | undefined {
  checkOptions(operation, options, { sampleWeight: 'numbers' })
  return options.sampleWeight
}

/**
 * Count how often each class is predicted as each class.
 * @param labels true class indices, shape [count], integers in [0, classCount)
 * @param predictions predicted class indices, shape [count], integers in [0, classCount)
 * @returns shape [classCount, classCount]: rows true, columns predicted; with `sampleWeight` sums of weights
 * @throws TreadleError `METRICS_BAD_INPUT`
 * @example confusionMatrix([0, 1, 1], [0, 0, 1], 2) // [[1, 0], [1, 1]]
 */
export function confusionMatrix(
  labels: IntegerVector,
  predictions: IntegerVector,
  classCount: number,
  options: WeightOption = {},
): number[][] {
  const operation = 'confusionMatrix'
  const sampleWeight = weightsOf(operation, options)
  if (!Number.isInteger(classCount) || classCount < 1)
    refuse(operation, `\`classCount\` (=${show(classCount)}) must be an integer of at least 1.`)
  checkPaired(operation, { labels, predictions })
  checkIntegers(operation, 'labels', labels, 0, classCount)
  checkIntegers(operation, 'predictions', predictions, 0, classCount)
  checkWeights(operation, sampleWeight, labels.length)
  const matrix = Array.from({ length: classCount }, () => Array.from({ length: classCount }, () => 0))
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[labels[i] as number] as number[]
    const column = predictions[i] as number
    row[column] = (row[column] as number) + (sampleWeight ? (sampleWeight[i] as number) : 1)
  }
  return matrix
}

/** One kind of mistake: class `actual` predicted as class `predicted` in `count` of the `support` samples of `actual`. */
export interface Confusion {
  readonly actual: number
  readonly predicted: number
  readonly actualName: string
  readonly predictedName: string
  readonly count: number
  readonly support: number
}

/**
 * List the `n` most frequent mistakes, most frequent first; equal counts in the matrix's order.
 * @param matrix shape [classes, classes], rows true, columns predicted
 * @param names one name a class
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function hardestConfusions(
  matrix: readonly (readonly number[])[],
  names: readonly string[],
  n: number,
): Confusion[] {
  const operation = 'hardestConfusions'
  checkShape(operation, 'matrix', matrix, [['number']])
  checkShape(operation, 'names', names, ['string'])
  checkShape(operation, 'n', n, 'number')
  if (names.length !== matrix.length)
    refuse(
      operation,
      `\`names\` must hold one name a class, got ${names.length} for ${matrix.length} classes.`,
    )
  return matrix
    .flatMap((row, actual) => {
      const support = row.reduce((sum, count) => sum + count, 0)
      return row.map((count, predicted) => ({
        actual,
        predicted,
        actualName: names[actual] as string,
        predictedName: names[predicted] as string,
        count,
        support,
      }))
    })
    .filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, n)
}
