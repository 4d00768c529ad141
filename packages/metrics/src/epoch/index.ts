export { auc, type AucOptions } from './auc.ts'
export type { EpochMetric, ScoredSamples } from './epoch-metric.ts'
export { precision, recall, type ThresholdOptions } from './precision-recall.ts'
export { topKCategoricalAccuracy } from './top-k.ts'
