export type { LossName } from '@treadle/keras'
export { UnsupportedModelError } from './errors.ts'
export { compileInference, InferenceProgram } from './inference-program.ts'
export type { InferenceOptions } from './inference-program.ts'
export type { Host, PlanRow, ProgramDescription } from './program.ts'
export { compileTraining, inferenceRefusal, trainingRefusal, TrainingProgram } from './training-program.ts'
export type {
  Refusal,
  TrainingChunk,
  TrainingData,
  TrainingOptions,
  TrainingResult,
} from './training-program.ts'
