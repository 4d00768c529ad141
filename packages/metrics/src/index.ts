export type {
  ClassifierTest,
  DatasetSummary,
  LayerRow,
  ModelSummary,
  RegressorTest,
  RunReport,
} from './run-report.ts'
export { classificationReport } from './classification-report.ts'
export type {
  ClassificationReport,
  ClassificationReportOptions,
  ClassRow,
  ReportRow,
} from './classification-report.ts'
export { confusionMatrix, describeConfusion, hardestConfusions } from './confusion-matrix.ts'
export type { Confusion } from './confusion-matrix.ts'
export { formatClassificationReport } from './format-classification-report.ts'
