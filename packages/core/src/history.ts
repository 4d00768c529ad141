/** One epoch's metrics, by Keras's names. Classifiers have `accuracy`, regressors `mae`. */
export interface EpochLogs {
  loss: number
  accuracy?: number
  mae?: number
  val_loss?: number
  val_accuracy?: number
  val_mae?: number
}

/** A run's metrics: for each item of `EpochLogs` an array with one value for each epoch, as Keras's `fit` returns. */
export type History = { [Item in keyof EpochLogs]: number[] }

/** A published result that a run is compared with. Accuracies and rates are fractions in [0, 1]. */
export interface PublishedResult {
  readonly name: string
  readonly history: Required<Pick<History, 'loss' | 'accuracy' | 'val_loss' | 'val_accuracy'>>
  readonly classes: readonly {
    readonly precision: number
    readonly recall: number
    readonly f1: number
    readonly support: number
  }[]
  readonly accuracy: number
}
