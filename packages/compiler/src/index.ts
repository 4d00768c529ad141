export type { LossName } from '@treadle/keras'
export { UnsupportedModelError } from './errors.ts'
export { compileInference, InferenceProgram } from './inference-program.ts'
export type { InferenceOptions } from './inference-program.ts'
export { ImageProgram } from './image-program.ts'
export { productRate } from './product-rate.ts'
export type { Host, PlanRow, ProgramDescription } from './program.ts'
export { compileTraining, inferenceRefusal, trainingRefusal, type Refusal } from './training/compile.ts'
export type {
  OutputLoss,
  OutputResult,
  TrainingChunk,
  TrainingData,
  TrainingOptions,
  TrainingResult,
} from './training/options.ts'
export { TrainingProgram } from './training/training-program.ts'
