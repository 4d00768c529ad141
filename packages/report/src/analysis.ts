import {
  type AccuracyInterval,
  type Calibration,
  type ClassificationReport,
  type Confusion,
  balancedAccuracy,
  bootstrapAccuracy,
  calibration,
  classificationReport,
  cohenKappa,
  confusionMatrix,
  hardestConfusions,
  logLoss,
  mae,
  matthewsCorrcoef,
  predictedClasses,
  r2,
  rmse,
  topKAccuracy,
} from '@treadle/metrics'
import { refuse } from './refuse.ts'
import type { ClassifierTest, RegressorTest } from './run-report.ts'

/** Every figure that a report gives about a classifier's answers. */
export interface ClassifierAnalysis {
  readonly predictions: Int32Array
  readonly matrix: number[][]
  readonly report: ClassificationReport
  readonly interval: AccuracyInterval
  readonly balancedAccuracy: number
  readonly cohenKappa: number
  readonly matthewsCorrcoef: number
  /** How often the true class is among the two or three most probable, with more classes than that. */
  readonly top2: number | undefined
  readonly top3: number | undefined
  readonly logLoss: number
  readonly calibration: Calibration
  readonly hardest: Confusion[]
}

/**
 * Work out every figure of a report from a classifier's answers.
 * @param seed of the bootstrap interval
 * @throws TreadleError `REPORT_BAD_INPUT` where the shapes of labels, probabilities, names and images disagree
 */
export function analyseClassifier(test: ClassifierTest, seed: number): ClassifierAnalysis {
  const { labels, probabilities, classNames, images } = test
  const operation = 'analyseClassifier'
  const classes = classNames.length
  if (probabilities.length !== labels.length * classes)
    refuse(
      operation,
      `\`probabilities\` must hold ${labels.length} rows × ${classes} classes, got ${probabilities.length} values.`,
    )
  if (images && images.count !== labels.length)
    refuse(operation, `\`images\` must hold one image a row, got ${images.count} for ${labels.length} rows.`)
  const predictions = predictedClasses(probabilities, classes)
  const matrix = confusionMatrix(labels, predictions, classes)
  return {
    predictions,
    matrix,
    report: classificationReport(labels, predictions, { classNames, labels: classNames.map((_, i) => i) }),
    interval: bootstrapAccuracy(labels, predictions, { seed }),
    balancedAccuracy: balancedAccuracy(labels, predictions),
    cohenKappa: cohenKappa(labels, predictions),
    matthewsCorrcoef: matthewsCorrcoef(labels, predictions),
    top2: classes > 2 ? topKAccuracy(labels, probabilities, 2) : undefined,
    top3: classes > 3 ? topKAccuracy(labels, probabilities, 3) : undefined,
    logLoss: logLoss(labels, probabilities),
    calibration: calibration(labels, probabilities),
    hardest: hardestConfusions(matrix, classNames, 10),
  }
}

export interface RegressorAnalysis {
  readonly mae: number
  readonly rmse: number
  readonly r2: number
}

/**
 * Work out every figure of a report from a regressor's answers.
 * @throws TreadleError `REPORT_BAD_INPUT`
 */
export function analyseRegressor({ targets, predictions }: RegressorTest): RegressorAnalysis {
  return { mae: mae(targets, predictions), rmse: rmse(targets, predictions), r2: r2(targets, predictions) }
}
