export type {
  ClassifierTest,
  DatasetSummary,
  LayerRow,
  ModelSummary,
  RegressorTest,
  RunReport,
} from './run-report.ts'
