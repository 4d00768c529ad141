// What a classifier needs, without the training program and the optimizers.
export { UnsupportedModelError } from './errors.ts'
export { compileInference, InferenceProgram } from './inference-program.ts'
export type { InferenceOptions } from './inference-program.ts'
export type { Host } from './program.ts'
