import { type Shape, checkOptions, show } from '@treadle/core'
import { type IntegerVector, checkIntegers, checkPaired, checkShape, checkWeights, refuse } from './check.ts'
import type { WeightOption } from './confusion-matrix.ts'
import { numpySum } from './numpy-sum.ts'

/** Precision, recall and F1 in [0, 1] (or NaN with `zeroDivision: NaN`), and the number or weight of the samples. */
export interface ReportRow {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly support: number
}

export interface ClassRow extends ReportRow {
  readonly label: number
  readonly name: string
}

export interface ClassificationReport {
  readonly classes: readonly ClassRow[]
  /** Over all samples. Present if the reported labels cover all labels seen; otherwise `microAverage` is. */
  readonly accuracy?: number
  readonly microAverage?: ReportRow
  readonly macroAverage: ReportRow
  readonly weightedAverage: ReportRow
  /** Names as given; they set the width of the printed table. */
  readonly names: readonly string[]
  /** Supports are sums of weights (or scikit-learn would hold them as floats): printed with a decimal point. */
  readonly floatSupport: boolean
}

const ratios = { precision: 'number', recall: 'number', f1: 'number', support: 'number' } as const

/** What functions need of a report. */
export const reportShape = {
  classes: [{ name: 'string', ...ratios }],
  'accuracy?': 'number',
  'microAverage?': ratios,
  macroAverage: ratios,
  weightedAverage: ratios,
  names: ['string'],
} as const satisfies Shape

/**
 * Throws for anything but a classification report.
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function checkReport(operation: string, report: ClassificationReport): void {
  checkShape(operation, 'report', report, reportShape)
  if (!report.microAverage) checkShape(operation, 'report', report, { accuracy: 'number' })
}

export interface ClassificationReportOptions extends WeightOption {
  /** One name a label reported, in the same order; without them the labels themselves. */
  readonly classNames?: readonly string[] | undefined
  /** Labels to report, in this order; without them the sorted union of those seen. */
  readonly labels?: IntegerVector | undefined
  /** What a ratio without a denominator is: 0 (default), 1 or NaN (then left out of the averages). */
  readonly zeroDivision?: number | undefined
}

interface Counts {
  truePositive: number
  predicted: number
  actual: number
}

/**
 * Precision, recall and F1 for each class and their averages, as scikit-learn's `classification_report` computes
 * them (1.9.1), the order of its floating-point sums included.
 * @param labels true labels, shape [count], any integers
 * @param predictions predicted labels, shape [count], any integers
 * @throws TreadleError `METRICS_BAD_INPUT`
 * @example
 * const report = classificationReport([0, 1, 1], [0, 0, 1], { classNames: ['cat', 'dog'] })
 * report.classes[1]?.recall // 0.5
 */
export function classificationReport(
  labels: IntegerVector,
  predictions: IntegerVector,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const operation = 'classificationReport'
  checkOptions(operation, options, {
    sampleWeight: 'numbers',
    classNames: 'list',
    labels: 'numbers',
    zeroDivision: 'number',
  })
  const { sampleWeight, zeroDivision = 0 } = options
  checkPaired(operation, { labels, predictions })
  checkIntegers(operation, 'labels', labels)
  checkIntegers(operation, 'predictions', predictions)
  checkWeights(operation, sampleWeight, labels.length)
  if (options.labels) checkIntegers(operation, 'options.labels', options.labels)
  if (zeroDivision !== 0 && zeroDivision !== 1 && !Number.isNaN(zeroDivision))
    refuse(operation, `\`zeroDivision\` (=${show(zeroDivision)}) must be 0, 1 or NaN.`)

  const { counts, hits } = countLabels(labels, predictions, sampleWeight)
  const reported = options.labels ? Array.from(options.labels) : [...counts.keys()].toSorted((a, b) => a - b)
  if (reported.length === 0)
    refuse(operation, '`options.labels` is empty; give at least one label or leave it out.')
  const names = options.classNames ?? reported.map(String)
  for (const name of names)
    if (typeof name !== 'string') refuse(operation, `\`classNames\` (=${show(names)}) must hold strings.`)
  if (names.length !== reported.length)
    refuse(
      operation,
      `\`classNames\` must hold one name a label, got ${names.length} for ${reported.length} labels` +
        (options.labels ? '.' : ' seen; where a class may be absent, give `labels` too: [0, 1, …].'),
    )

  const rows = reported.map((label) => {
    const { truePositive, predicted, actual } = counts.get(label) ?? {
      truePositive: 0,
      predicted: 0,
      actual: 0,
    }
    // scikit-learn holds misses and adds them back, which with weights is not the same float
    return {
      truePositive,
      predicted: truePositive + (predicted - truePositive),
      actual: truePositive + (actual - truePositive),
    }
  })
  const scores = rows.map((row) => score(row, zeroDivision))
  const support = numpySum(rows.map((row) => row.actual))
  const micro = score(
    {
      truePositive: numpySum(rows.map((row) => row.truePositive)),
      predicted: numpySum(rows.map((row) => row.predicted)),
      actual: support,
    },
    zeroDivision,
  )
  const seen = new Set(reported)
  const covered = [...counts.keys()].every((label) => seen.has(label))
  const average = (weights?: number[]): ReportRow => ({
    precision: nanAverage(
      scores.map((row) => row.precision),
      weights,
    ),
    recall: nanAverage(
      scores.map((row) => row.recall),
      weights,
    ),
    f1: nanAverage(
      scores.map((row) => row.f1),
      weights,
    ),
    support,
  })
  return {
    classes: scores.map((row, i) => ({ label: reported[i] as number, name: names[i] as string, ...row })),
    ...(covered ? { accuracy: micro.f1 } : { microAverage: micro }),
    macroAverage: average(),
    weightedAverage: average(rows.map((row) => row.actual)),
    names,
    floatSupport: sampleWeight !== undefined || hits === 0,
  }
}

/** Tallies every label seen. `hits` counts the correct samples. */
function countLabels(
  labels: IntegerVector,
  predictions: IntegerVector,
  weights: ArrayLike<number> | undefined,
) {
  const counts = new Map<number, Counts>()
  const of = (label: number) => {
    let entry = counts.get(label)
    if (!entry) counts.set(label, (entry = { truePositive: 0, predicted: 0, actual: 0 }))
    return entry
  }
  let hits = 0
  for (let i = 0; i < labels.length; i++) {
    const weight = weights ? (weights[i] as number) : 1
    const actual = of(labels[i] as number)
    const predicted = of(predictions[i] as number)
    actual.actual += weight
    predicted.predicted += weight
    if (actual === predicted) {
      actual.truePositive += weight
      hits++
    }
  }
  return { counts, hits }
}

function score({ truePositive, predicted, actual }: Counts, zeroDivision: number): ReportRow {
  const divide = (numerator: number, denominator: number) =>
    denominator === 0 ? zeroDivision : numerator / denominator
  return {
    precision: divide(truePositive, predicted),
    recall: divide(truePositive, actual),
    f1: divide(2 * truePositive, actual + predicted),
    support: actual,
  }
}

/** Mean over the entries that are numbers; NaN where none is; unweighted where the weights sum to 0. */
function nanAverage(values: number[], weights?: number[]): number {
  const kept = values.map((_, i) => i).filter((i) => !Number.isNaN(values[i]))
  if (kept.length === 0) return Number.NaN
  if (weights) {
    const scale = numpySum(kept.map((i) => weights[i] as number))
    if (scale !== 0) return numpySum(kept.map((i) => (values[i] as number) * (weights[i] as number))) / scale
    return numpySum(kept.map((i) => values[i] as number)) / kept.length
  }
  // numpy's nanmean keeps the NaNs' places as zeros, which settles how the sum is split
  return numpySum(values.map((value) => (Number.isNaN(value) ? 0 : value))) / kept.length
}
