/** One epoch's figures under Keras's names. `accuracy` is there for classifiers, `mae` for regressors. */
export interface EpochLogs {
  loss: number
  accuracy?: number
  mae?: number
  val_loss?: number
  val_accuracy?: number
  val_mae?: number
}

/** A run's figures, one array an item of `EpochLogs`, one entry an epoch: what Keras's `fit` returns. */
export type History = { [Item in keyof EpochLogs]: number[] }

/** A result somebody else published, to set a run beside. Accuracies and rates are fractions in [0, 1]. */
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
