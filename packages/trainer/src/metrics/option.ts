import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * A metric of the user's own, of tfjs operations.
 * @param targets class indices (int32) of shape [rows], or targets of the shape of `outputs`
 * @param outputs of the model, shape [rows, units]
 * @returns a value of each sample, shape [rows] or [rows, 1], or their mean
 */
export type CustomMetric = (targets: Tensor, outputs: Tensor) => Tensor

/** The spellings of a metric's name are those of Keras: 'top_k_categorical_accuracy', 'TopKCategoricalAccuracy'. */
export interface MetricOptions {
  readonly name: 'topKCategoricalAccuracy' | 'precision' | 'recall' | 'auc' | (string & {})
  /** Of top-k accuracy: how many outputs may hold the class, at least 1; the default is 5. */
  readonly k?: number
  /** Of precision and recall: an output above it is positive, in [0, 1]; the default is 0.5. */
  readonly threshold?: number
  /** Of precision, recall and AUC: measures this class alone, instead of all outputs together. */
  readonly classId?: number
  /** Of AUC: true against false positive rate, or precision against recall; the default is 'ROC'. */
  readonly curve?: 'ROC' | 'PR'
  /** Of AUC: number of evenly spaced thresholds, at least 2; the default is 200. */
  readonly thresholds?: number
}

/** A metric of the user's own with a name in the history. */
export interface NamedMetric {
  readonly name: string
  readonly compute: CustomMetric
}

/** A metric by name, with its options, or a function, whose name is the metric's. */
export type MetricOption = MetricOptions['name'] | MetricOptions | NamedMetric | CustomMetric

/** Metrics of every output, or a map from the names of outputs to those of each. */
export type MetricsOption = readonly MetricOption[] | Readonly<Record<string, readonly MetricOption[]>>
