export { augmentSamples } from './augmentation/augment-samples.ts'
export {
  brightness,
  contrast,
  cutmix,
  cutout,
  erase,
  flip,
  mixup,
  noise,
  rotate,
  shear,
  shift,
  translate,
  zoom,
} from './augmentation/index.ts'
export type { Augmentation, Flip } from './augmentation/index.ts'
export { train } from './train.ts'
export { fit } from './fit.ts'
export { findLearningRate } from './rate-test/find-learning-rate.ts'
export type { RateTest } from './rate-test/find-learning-rate.ts'
export type { RateTestOptions, RateTestProgress } from './rate-test/options.ts'
export { evaluate, predict } from './evaluate.ts'
export type { ArrayInputs, Arrays, ArraySamples } from './data/arrays.ts'
export type { EvaluateOptions, Inputs, ModelPrediction, Prediction, PredictOptions } from './evaluate.ts'
export type { ClassifierEvaluation, Evaluation, ModelEvaluation, TableEvaluation } from './evaluation.ts'
export type { DoneEvent, EpochEvent, Logs, ProgressEvent, TrainEvent, TrainResult } from './events.ts'
export type { TrainingData, TrainOptions } from './options.ts'
export type { BestSoFar, EarlyStopping, StoppingState } from './early-stopping.ts'
export type { ExecutorOption } from './executors/select.ts'
export type { CustomLoss } from '@treadle/keras'
export type {
  CustomMetric,
  MetricOption,
  MetricOptions,
  MetricsOption,
  NamedMetric,
} from './metrics/option.ts'
export type { LossOption, LossOptionOfOutputs, LossOptions } from './losses/resolve.ts'
export {
  adagrad,
  adam,
  adamax,
  adamW,
  constant,
  cosineDecay,
  exponentialDecay,
  lion,
  muon,
  nadam,
  oneCycle,
  cosineCycles,
  piecewise,
  polynomialDecay,
  rmsprop,
  sgd,
  slotNames,
  stepDecay,
} from '@treadle/optim'
export type {
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Clipping,
  ConstantSchedule,
  CosineDecay,
  ExponentialDecay,
  Lion,
  Muon,
  Nadam,
  OneCycle,
  Optimizer,
  OptimizerClock,
  OptimizerOption,
  PiecewiseSchedule,
  PolynomialDecay,
  RmsProp,
  Schedule,
  Sgd,
  StepDecay,
} from '@treadle/optim'
export { decodeTrainingState, encodeTrainingState } from './state/codec.ts'
export { finalWeights } from './state/evaluation-weights.ts'
export type { RunningSums, RunSettings, TrainingState } from './state/state.ts'
export type {
  Chunk,
  ChunkResult,
  Executor,
  ExecutorFactory,
  ExecutorName,
  ExecutorState,
  OutputResult,
  Refusal,
  TraceResult,
  TraceStep,
  TrainingPlan,
} from './executors/executor.ts'
export type { Head, HeadActivation, LossName } from '@treadle/keras'
export type { WeightPenalty } from './regularizers.ts'
