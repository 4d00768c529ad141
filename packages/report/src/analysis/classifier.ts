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
  matthewsCorrcoef,
  predictedClasses,
  topKAccuracy,
} from '@treadle/metrics'
import { classifierTestShape } from '../shapes.ts'
import { checkShape, refuse } from '../refuse.ts'
import type { ClassifierTest } from '../run-report.ts'

/** Every metric that a report gives of a classifier's answers. */
export interface ClassifierAnalysis {
  /** Predicted class indices, shape [count]. */
  readonly predictions: Int32Array
  /** Probability of the predicted class, shape [count]. */
  readonly confidence: Float32Array
  /** Shape [classes, classes]: rows true, columns predicted. */
  readonly matrix: number[][]
  readonly report: ClassificationReport
  readonly interval: AccuracyInterval
  readonly balancedAccuracy: number
  readonly cohenKappa: number
  readonly matthewsCorrcoef: number
  /** The share of samples whose true class is among the two or three most probable; undefined with fewer classes. */
  readonly top2: number | undefined
  readonly top3: number | undefined
  readonly logLoss: number
  readonly calibration: Calibration
  /** The ten most frequent confusions. */
  readonly hardest: Confusion[]
}

/**
 * Compute every metric of a report from a classifier's answers.
 * @param seed of the bootstrap interval
 * @throws TreadleError `REPORT_BAD_INPUT` where the shapes of labels, probabilities, names and images disagree
 */
export function analyseClassifier(test: ClassifierTest, seed: number): ClassifierAnalysis {
  const operation = 'analyseClassifier'
  checkShape(operation, 'test', test, classifierTestShape)
  const { labels, probabilities, classNames, images } = test
  const classes = classNames.length
  if (probabilities.length !== labels.length * classes)
    refuse(
      operation,
      `\`probabilities\` must hold ${labels.length} samples × ${classes} classes, got ${probabilities.length} values.`,
    )
  if (images && images.count !== labels.length)
    refuse(
      operation,
      `\`images\` must hold one image for each sample, got ${images.count} for ${labels.length} samples.`,
    )
  const predictions = predictedClasses(probabilities, classes)
  const matrix = confusionMatrix(labels, predictions, classes)
  return {
    predictions,
    confidence: Float32Array.from(predictions, (c, i) => probabilities[i * classes + c] as number),
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
