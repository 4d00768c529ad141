/** Losses, by tfjs's names. */
export type LossName =
  | 'sparseCategoricalCrossentropy'
  | 'categoricalCrossentropy'
  | 'binaryCrossentropy'
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'logcosh'
  | 'poisson'
  | 'hinge'
  | 'squaredHinge'
  | 'categoricalHinge'
  | 'kullbackLeiblerDivergence'

/** What a loss expects of the model, and what is measured beside it. */
export interface LossDescription {
  /** The final activation that gives the probabilities a cross-entropy needs; undefined for a loss of plain numbers. */
  readonly activation: 'softmax' | 'sigmoid' | undefined
  readonly metric: 'accuracy' | 'mae'
  /** Short names that Keras accepts. Its long names ('mean_squared_error', 'MeanSquaredError') need no entry. */
  readonly aliases: readonly string[]
}

const ofNumbers = (...aliases: string[]): LossDescription => ({
  activation: undefined,
  metric: 'mae',
  aliases,
})

/** Every loss there is. */
export const losses: Readonly<Record<LossName, LossDescription>> = {
  sparseCategoricalCrossentropy: { activation: 'softmax', metric: 'accuracy', aliases: [] },
  categoricalCrossentropy: { activation: 'softmax', metric: 'accuracy', aliases: [] },
  binaryCrossentropy: { activation: 'sigmoid', metric: 'accuracy', aliases: ['bce'] },
  meanSquaredError: ofNumbers('mse'),
  meanAbsoluteError: ofNumbers('mae'),
  huber: ofNumbers('huberLoss'),
  logcosh: ofNumbers(),
  poisson: ofNumbers(),
  hinge: ofNumbers(),
  squaredHinge: ofNumbers(),
  categoricalHinge: ofNumbers(),
  kullbackLeiblerDivergence: ofNumbers('kld', 'klDivergence'),
}
