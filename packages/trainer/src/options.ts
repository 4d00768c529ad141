import type { Dataset, Samples } from '@treadle/core'
import type { OptimizerOption } from '@treadle/optim'
import type { Runtime } from '@treadle/runtime'
import type { EarlyStopping } from './early-stopping.ts'
import type { ExecutorOption } from './executors/select.ts'
import type { LossOption } from './losses/resolve.ts'
import type { TrainingState } from './state/state.ts'

/** Data to train on; a data set brings its test part for validation. */
export type TrainingData = Dataset | Samples

export interface TrainOptions {
  /** Passes over the data, counted from the start of the run also on resume; at least 1; 10 unless given. */
  readonly epochs?: number
  /** Rows a step; 32 unless given. The last step of an epoch takes what is left. */
  readonly batchSize?: number
  /** Keys shuffle and dropout; an integer in [0, 2³²); 0 unless given. The same seed gives the same weights. */
  readonly seed?: number
  /** Stops the run between chunks of steps; `train` then ends with stopped: 'aborted'. */
  readonly signal?: AbortSignal
  /** 'auto' unless given: the fastest that can run the model. */
  readonly executor?: ExecutorOption
  /** The active one unless given; without any, tfjs's active backend is used as it is. */
  readonly runtime?: Runtime
  /** `adam()` unless given. A name of Keras stands for its defaults: 'adamw'. */
  readonly optimizer?: OptimizerOption
  readonly loss?: LossOption
  readonly earlyStopping?: EarlyStopping
  /**
   * What each epoch ends with. 'test': the data set's test part, which is the default for data sets; a fraction of
   * the training data, which is taken off its end before shuffling as Keras does; samples; or nothing (false).
   */
  readonly validation?: 'test' | false | Samples | { readonly split: number }
  /** Weight of each class by its index; 1 where it says nothing. Not for tables. */
  readonly classWeight?: Readonly<Record<number, number>>
  /** Weight of each training row, shape [count], at least 0. */
  readonly sampleWeight?: Float32Array | readonly number[]
  /** Goes on from a state, which must come from a run with the same settings on the same data. */
  readonly resume?: TrainingState
}

/** The names of all options of `train` and `fit`. */
export const trainOptionNames = Object.keys({
  epochs: true,
  batchSize: true,
  seed: true,
  signal: true,
  executor: true,
  runtime: true,
  optimizer: true,
  loss: true,
  earlyStopping: true,
  validation: true,
  classWeight: true,
  sampleWeight: true,
  resume: true,
} satisfies Record<keyof TrainOptions, true>)

/** What takes the place of options that users know from Keras, from tfjs or from earlier versions. */
export const trainOptionHints = {
  schedule: 'Put it into the optimizer: adam({ learningRate: cosineDecay({ peak: 0.001 }) }).',
  learningRate: 'Put it into the optimizer: adam({ learningRate: 0.001 }).',
  validationSplit: 'Use `validation: { split: 0.1 }`.',
  validationData: 'Use `validation`.',
  callbacks: 'Iterate over the events of `train` instead: for await (const event of train(model, data)) …',
  shuffle: 'Every epoch shuffles the samples by `seed`.',
  metrics: 'The loss determines them: accuracy for classifiers, mean absolute error for regression.',
  initialEpoch: 'Use `resume` with a state that an earlier run returned.',
}
