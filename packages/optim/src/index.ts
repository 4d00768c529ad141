export { advanceClock, startClock } from './clock.ts'
export { AVERAGE, averagesOf, emitAveraging } from './averaging.ts'
export type { Clipping } from './common-options.ts'
export type { FlatParameters, PlainUpdate, StepScalars } from './flat-parameters.ts'
export { indexInWeight, type WeightShape } from './matrices.ts'
export type {
  InstructionEmitter,
  OptimizerClock,
  MatrixOperands,
  OptimizerDefinition,
  UpdateOperands,
} from './optimizer.ts'
export { adagrad, type Adagrad } from './optimizers/adagrad.ts'
export { adam, type Adam } from './optimizers/adam.ts'
export { adamax, type Adamax } from './optimizers/adamax.ts'
export { adamW, type AdamW } from './optimizers/adamw.ts'
export {
  definitionOf,
  initialSlots,
  optimizerNames,
  optimizers,
  optimizerSchema,
  slotNames,
  type Optimizer,
  type OptimizerName,
} from './optimizers/index.ts'
export { lion, type Lion } from './optimizers/lion.ts'
export { muon, type Muon } from './optimizers/muon.ts'
export { nadam, type Nadam } from './optimizers/nadam.ts'
export { rmsprop, type RmsProp } from './optimizers/rmsprop.ts'
export { sgd, type Sgd } from './optimizers/sgd.ts'
export { plainUpdate } from './plain-update.ts'
export { resolveOptimizer, type OptimizerOption } from './resolve.ts'
export { constant, type ConstantSchedule } from './schedules/constant.ts'
export { cosineDecay, type CosineDecay } from './schedules/cosine.ts'
export { cosineCycles, type CosineCycles } from './schedules/cosine-cycles.ts'
export { exponentialDecay, type ExponentialDecay } from './schedules/exponential.ts'
export {
  learningRateAt,
  scheduleNames,
  schedules,
  scheduleSchema,
  settleLearningRate,
  type Schedule,
  type ScheduleName,
} from './schedules/index.ts'
export { oneCycle, type OneCycle } from './schedules/one-cycle.ts'
export { piecewise, type PiecewiseSchedule } from './schedules/piecewise.ts'
export { polynomialDecay, type PolynomialDecay } from './schedules/polynomial.ts'
export type { ScheduleDefinition, StepPosition } from './schedules/schedule.ts'
export { stepDecay, type StepDecay } from './schedules/step.ts'
export { checkWeightNames, rateMultiplierOf } from './rate-multipliers.ts'
export { weightDecayOf } from './weight-decay.ts'
