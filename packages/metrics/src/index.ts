export { checkReport, classificationReport } from './classification-report.ts'
export type {
  ClassificationReport,
  ClassificationReportOptions,
  ClassRow,
  ReportRow,
} from './classification-report.ts'
export { confusionMatrix, hardestConfusions } from './confusion-matrix.ts'
export type { Confusion } from './confusion-matrix.ts'
export { formatClassificationReport } from './format-classification-report.ts'
export { bootstrapAccuracy, bootstrapMean } from './bootstrap.ts'
export type { AccuracyInterval, BootstrapOptions, MeanInterval } from './bootstrap.ts'
export { calibration } from './calibration.ts'
export type { Calibration, ReliabilityBin } from './calibration.ts'
export { logLoss, predictedClasses, topKAccuracy } from './probabilities.ts'
export { holm, mcnemar } from './mcnemar.ts'
export type { McNemar } from './mcnemar.ts'
export { mae, r2, rmse } from './regression.ts'
export { accuracy, balancedAccuracy, cohenKappa, matthewsCorrcoef } from './scores.ts'
export { judge, spreadOf, summariseSeeds } from './seeds.ts'
export type { SeedRun, SeedsSummary, Spread, Verdict } from './seeds.ts'
export { studentInterval } from './student-interval.ts'
export { auc, precision, recall, topKCategoricalAccuracy } from './epoch/index.ts'
export type { AucOptions, EpochMetric, ScoredSamples, ThresholdOptions } from './epoch/index.ts'
