export { UnsupportedModelError } from './errors.ts'
export { dropoutLayers, flatLayers, isModel, type Layer } from './flat-layers.ts'
export { compileInference, InferenceProgram } from './inference-program.ts'
export type { InferenceOptions } from './inference-program.ts'
export type { LossName } from './loss.ts'
export { adam, type Adam } from './optimizers/adam.ts'
export { adamW, type AdamW } from './optimizers/adam-w.ts'
export { advanceClock, startClock, type OptimizerClock } from './optimizers/clock.ts'
export { slotNames, type Optimizer } from './optimizers/index.ts'
export type { Clipping, FlatParameters, PlainUpdate } from './optimizers/optimizer.ts'
export { plainUpdate } from './optimizers/plain-update.ts'
export { sgd, type Sgd } from './optimizers/sgd.ts'
export type { Host, PlanRow, ProgramDescription } from './program.ts'
export { compileTraining, trainingRefusal, TrainingProgram } from './training-program.ts'
export type {
  Refusal,
  TrainingChunk,
  TrainingData,
  TrainingOptions,
  TrainingResult,
} from './training-program.ts'
