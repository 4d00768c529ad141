import type { Dataset, OptionKind, Samples } from '@treadle/core'
import type { OptimizerOption } from '@treadle/optim'
import type { Runtime } from '@treadle/runtime'
import type { Augmentation } from './augmentation/index.ts'
import type { EarlyStopping } from './early-stopping.ts'
import type { ExecutorOption } from './executors/select.ts'
import type { Arrays, ArraySamples } from './data/arrays.ts'
import type { LossOptionOfOutputs } from './losses/resolve.ts'
import type { MetricsOption } from './metrics/option.ts'
import type { TrainingState } from './state/state.ts'

/** Data to train on. The test part of a `Dataset` is the default validation set. A model with several inputs or outputs needs `ArraySamples`. */
export type TrainingData = Dataset | Samples | ArraySamples

export interface TrainOptions {
  /** Passes over the data, at least 1; the default is 10. A resumed run counts from the start of the original run. */
  readonly epochs?: number
  /** Samples per step, at least 1; the default is 32. The last step of an epoch may have fewer. */
  readonly batchSize?: number
  /** Seed of shuffle and dropout, an integer in [0, 2³²); the default is 0. The same seed gives the same weights. */
  readonly seed?: number
  /** Stops the run between chunks of steps. `stopped` in the result is then 'aborted'. */
  readonly signal?: AbortSignal
  /** The default, 'auto', selects the fastest executor that supports the model. */
  readonly executor?: ExecutorOption
  /** The default is the active runtime. Without a runtime the eager executor uses tfjs's active backend. */
  readonly runtime?: Runtime
  /** The default is `adam()`. A Keras name, such as 'adamw', selects that optimizer with its defaults. */
  readonly optimizer?: OptimizerOption
  /** One loss for all outputs of the model, or one for each: a list in the model's order, or a map by the output's name. */
  readonly loss?: LossOptionOfOutputs
  /** Factor of each output's loss in the total, a list or a map by name; the default is 1 for each. */
  readonly lossWeights?: Arrays<number>
  /**
   * Metrics besides the loss and the accuracy or mean absolute error, in training and validation: names
   * ('topKCategoricalAccuracy', 'precision', 'recall', 'auc'), or functions of your own. A list is for every output.
   */
  readonly metrics?: MetricsOption
  readonly earlyStopping?: EarlyStopping
  /**
   * The samples to validate on after each epoch. 'test' is the test part of the `Dataset` and the default for one.
   * `split` is a fraction in (0, 1) of the training data, taken from its end before shuffling, as in Keras. False
   * turns validation off.
   */
  readonly validation?: 'test' | false | Samples | ArraySamples | { readonly split: number }
  /** Loss weight of each class by its index, at least 0; the default is 1. For images only. */
  readonly classWeight?: Readonly<Record<number, number>>
  /** Loss weight of each sample of the training data before a split, shape [count], at least 0. */
  readonly sampleWeight?: Float32Array | readonly number[]
  /**
   * Changes the training images at random, in this order, afresh in each epoch: [flip(), shift(2)]. The seed, the epoch and
   * the index of the image decide how. For images only.
   */
  readonly augmentation?: readonly Augmentation[]
  /**
   * Sides of the training images in the first epochs, as fractions of the full size: with [0.5, 0.5, 0.75] two epochs have images of
   * half the height and width, and the third of three quarters; each later epoch has the full size. The images are augmented, and then
   * resized by the mean over areas. Validation is at the full size. For networks whose weights do not depend on the size of
   * the images: with global pooling before the dense layers. Not with `cacheFeatures`.
   */
  readonly imageScales?: readonly number[]
  /**
   * Computes what the frozen first layers make of the samples once, by inference, and trains the other layers on these
   * features: the same training up to rounding, in a fraction of the time. Needs layers with `trainable = false` that
   * depend on no layer that trains; a Dropout among them drops nothing,
   * and a layer that augments changes nothing. Not with `augmentation`. False unless given.
   */
  readonly cacheFeatures?: boolean
  /**
   * The state of an earlier training of the model, whose epochs and history come before those of this one: `epochs`
   * counts them too. Weights are the model's, and the optimizer begins anew. Layers may train that were frozen before.
   */
  readonly after?: TrainingState
  /** Continues the run that returned this state. Model, data and the settings that affect the weights must be the same. */
  readonly resume?: TrainingState
}

/** The kinds of all options of `train` and `fit`; `any` where `prepareRun` checks the value itself. */
export const trainOptionKinds = {
  epochs: 'any',
  batchSize: 'any',
  seed: 'any',
  signal: 'signal',
  executor: 'string',
  runtime: 'object',
  optimizer: 'any',
  loss: 'any',
  lossWeights: 'object',
  metrics: 'any',
  earlyStopping: 'object',
  validation: 'any',
  classWeight: 'object',
  sampleWeight: 'object',
  augmentation: 'any',
  imageScales: 'any',
  cacheFeatures: 'boolean',
  after: 'object',
  resume: 'object',
} as const satisfies Record<keyof TrainOptions, OptionKind>

/** Replacements for options of Keras, tfjs and earlier versions. */
export const trainOptionHints = {
  schedule: 'Put it into the optimizer: adam({ learningRate: cosineDecay({ peak: 0.001 }) }).',
  learningRate: 'Put it into the optimizer: adam({ learningRate: 0.001 }).',
  validationSplit: 'Use `validation: { split: 0.1 }`.',
  validationData: 'Use `validation`.',
  callbacks: 'Iterate over the events of `train` instead: for await (const event of train(model, data)) …',
  shuffle: 'Every epoch shuffles the samples by `seed`.',
  initialEpoch:
    'Use `resume`, or `after` to begin with a new optimizer, with a state that an earlier run returned.',
}
