export type {
  ClassifierTest,
  DatasetSummary,
  LayerRow,
  ModelSummary,
  RegressorTest,
  RunReport,
} from './run-report.ts'
export { analyseClassifier, analyseRegressor } from './analysis.ts'
export type { ClassifierAnalysis, RegressorAnalysis } from './analysis.ts'
export { describeConfusion } from './confusion-words.ts'
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
