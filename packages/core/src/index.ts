export { checkArgument } from './check-argument.ts'
export type { Shape } from './check-argument.ts'
export type { Kind } from './kind.ts'
export { checkOptions } from './check-options.ts'
export type { OptionKind, OptionKinds } from './check-options.ts'
export { checkDataset, isArrayOfType, samplesProblem, typeText } from './check-samples.ts'
export type { ArrayType } from './check-samples.ts'
export { csvCell } from './csv-cell.ts'
export { escapeControls } from './escape-controls.ts'
export type { FieldMetadata } from './field.ts'
export { TreadleError, isTreadleError } from './error.ts'
export { jsonText } from './json-text.ts'
export { cosPi, exp, log } from './math.ts'
export { imageBytes } from './image-bytes.ts'
export { didYouMean, nearest } from './nearest.ts'
export { describeProblem, explainIssue, parseOptions, pathText, problemsOf } from './parse-options.ts'
export type { OptionsSchema, Problem, SchemaIssue } from './parse-options.ts'
export { philox4x32 } from './philox.ts'
export type { Preprocessing } from './preprocessing.ts'
export { normalNoise } from './normal.ts'
export { Purpose, RandomStream, checkSeed, dropoutMask, permutation } from './random.ts'
export type { StreamPosition } from './random.ts'
export type {
  DataFinding,
  DataSource,
  Dataset,
  ImageDataset,
  LabelledImages,
  Samples,
  Table,
  TableDataset,
  StoredImages,
} from './samples.ts'
export { epochMetrics, higherIsBetter, metricOf } from './history.ts'
export type { EpochLogs, EpochMetric, History, MetricDescription, PublishedResult } from './history.ts'
export { show } from './show.ts'
