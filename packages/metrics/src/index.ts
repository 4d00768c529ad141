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
export { bootstrapAccuracy } from './bootstrap.ts'
export type { AccuracyInterval } from './bootstrap.ts'
export { calibration } from './calibration.ts'
export type { Calibration, ReliabilityBin } from './calibration.ts'
export { logLoss, predictedClasses, topKAccuracy } from './probabilities.ts'
export { mae, r2, rmse } from './regression.ts'
export { accuracy, balancedAccuracy, cohenKappa, matthewsCorrcoef } from './scores.ts'
export { judge, spreadOf, summariseSeeds } from './seeds.ts'
export type { SeedRun, SeedsSummary, Spread, Verdict } from './seeds.ts'
export { analyseClassifier, analyseRegressor } from './analysis.ts'
export type { ClassifierAnalysis, RegressorAnalysis } from './analysis.ts'
export { renderReportMarkdown } from './markdown.ts'
export { formatProbabilities, formatReliability } from './text/bars.ts'
export { formatConfusionMatrix, formatConfusions } from './text/confusion-grid.ts'
export { renderReportText } from './text/report-text.ts'
export type { TextOptions } from './text/screen.ts'
export { formatSeeds } from './text/seeds-table.ts'
export { formatClasses, formatEpochs, formatLayers } from './text/tables.ts'
export { renderReportHtml } from './html/report-html.ts'
export { classBarsFigure } from './svg/class-bars.ts'
export { confusionFigure } from './svg/confusion.ts'
export { curvesFigure } from './svg/curves.ts'
export { figureColors, figureStyle, inlineSvg, standaloneSvg } from './svg/figure.ts'
export type { Figure } from './svg/figure.ts'
export { reliabilityFigure } from './svg/reliability.ts'
export { renderReportSvgs } from './svg/report-svgs.ts'
export { scatterFigure } from './svg/scatter.ts'
