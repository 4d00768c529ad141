export type {
  ClassifierTest,
  DatasetImages,
  DatasetSummary,
  LayerRow,
  ModelSummary,
  RegressorTest,
  RunReport,
} from './run-report.ts'
export { analyseRun } from './analysis/run.ts'
export type { RunAnalysis, TestedRun } from './analysis/run.ts'
export { analyseClassifier } from './analysis/classifier.ts'
export type { ClassifierAnalysis } from './analysis/classifier.ts'
export { analyseRegressor } from './analysis/regressor.ts'
export type { RegressorAnalysis } from './analysis/regressor.ts'
export { describeRun } from './document.ts'
export type { ReportDocument, Warning } from './document.ts'
export { renderBlock } from './blocks.ts'
export type * from './blocks.ts'
export type * from './figures.ts'
export { classBarsFigure, classComparisonTable, classificationTable } from './sections/classes.ts'
export { dataSection } from './sections/data.ts'
export { confusionFigure, describeConfusion } from './sections/confusion.ts'
export { layersTable } from './sections/network.ts'
export { scatterFigure } from './sections/predictions.ts'
export { reliabilityFigure } from './sections/reliability.ts'
export { curvesFigure, epochTables } from './sections/training.ts'
export { preprocessingText } from './preprocessing-text.ts'
export { sampleImages } from './sample-images.ts'
export { cellWords } from './words.ts'
export { renderReportHtml } from './renderers/html/html.ts'
export { renderReportMarkdown } from './renderers/markdown/markdown.ts'
export { cellStrength } from './renderers/shade.ts'
export { inlineSvg, standaloneSvg } from './renderers/svg/chart.ts'
export type { Chart } from './renderers/svg/chart.ts'
export { figureColors, figureStyle } from './renderers/svg/style.ts'
export { renderReportSvgs } from './renderers/svg/svg.ts'
export { formatLayers, formatPicture, formatProbabilities, formatSeeds } from './renderers/terminal/format.ts'
export type { TextOptions } from './renderers/terminal/screen.ts'
export { formatBlocks, renderReportText, renderSectionsText } from './renderers/terminal/terminal.ts'
