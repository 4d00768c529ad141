/** What is said of a metric wherever a history is shown or stored. */
export interface MetricDescription {
  /** Heading of a figure. */
  readonly title: string
  /** Within a sentence or a table's heading, after "training" or "validation". */
  readonly label: string
  /** `share`: in [0, 1]; `notNegative`: at least 0. */
  readonly range: 'share' | 'notNegative' | 'any'
  readonly higherIsBetter: boolean
}

const share = (title: string, label: string): MetricDescription => ({
  title,
  label,
  range: 'share',
  higherIsBetter: true,
})

/**
 * The metrics of an epoch, by Keras's names. Every run has the loss; classifiers have the accuracy, regressors the mean
 * absolute error. The others are measured on request.
 */
export const epochMetrics = {
  loss: { title: 'Loss', label: 'loss', range: 'any', higherIsBetter: false },
  accuracy: share('Accuracy', 'accuracy'),
  mae: { title: 'Mean absolute error', label: 'MAE', range: 'notNegative', higherIsBetter: false },
  top_k_categorical_accuracy: share('Top-k accuracy', 'top-k accuracy'),
  precision: share('Precision', 'precision'),
  recall: share('Recall', 'recall'),
  auc: share('Area under the curve', 'AUC'),
} as const satisfies Record<string, MetricDescription>

export type EpochMetric = keyof typeof epochMetrics

/** One epoch's metrics, by Keras's names; those of the validation begin with `val_`. */
export type EpochLogs = { loss: number } & { [Name in EpochMetric | `val_${EpochMetric}`]?: number }

/** A run's metrics: for each item of `EpochLogs` an array with one value for each epoch, as Keras's `fit` returns. */
export type History = { [Item in keyof EpochLogs]: number[] }

/** The name of a metric of the training or of the validation, without `val_`. */
export function metricOf(item: string): string {
  return item.startsWith('val_') ? item.slice('val_'.length) : item
}

/** Whether a higher value of a metric is better: of training, validation, or one output of several. */
export function higherIsBetter(item: string): boolean {
  const known = Object.entries(epochMetrics).find(([name]) => item === name || item.endsWith(`_${name}`))
  return known?.[1].higherIsBetter ?? false
}

/** A published result that a run is compared with. Accuracies and rates are fractions in [0, 1]. */
export interface PublishedResult {
  readonly name: string
  readonly history: {
    readonly [Item in 'loss' | 'accuracy' | 'val_loss' | 'val_accuracy']: number[]
  }
  readonly classes: readonly {
    readonly precision: number
    readonly recall: number
    readonly f1: number
    readonly support: number
  }[]
  readonly accuracy: number
}
