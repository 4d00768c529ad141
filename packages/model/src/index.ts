export { describeModel } from './describe-model.ts'
export type { LayerDescription, ModelDescription } from './describe-model.ts'
export { initializeWeights } from './initialize-weights.ts'
export type {
  ClassifierDefinition,
  ModelDefinition,
  NetworkOptions,
  RegressorDefinition,
} from './models/definition.ts'
export { models } from './models/registry.ts'
export { wideAndDeepClassifier } from './models/wide-and-deep.ts'
export type { WideAndDeepClassifierOptions } from './models/wide-and-deep.ts'
export type { HiddenActivation } from './models/wide-and-deep-network.ts'
export { wideAndDeepPublishedResult } from './models/wide-and-deep-published.ts'
export { wideAndDeepRegressor } from './models/wide-and-deep-regressor.ts'
export type { WideAndDeepRegressorOptions } from './models/wide-and-deep-regressor.ts'
export { weightsSha256 } from './artifacts.ts'
export { loadModel } from './load-model.ts'
export type { ExpectedShapes, LoadOptions } from './load-model.ts'
export type { ModelSource } from './read-artifacts.ts'
export { saveModel } from './save-model.ts'
export type { ModelMetadata, SavedModel, SaveOptions, SaveTarget } from './save-model.ts'
export { classMetadata } from './class-metadata.ts'
export type { ClassMetadata, ClassMetadataOptions } from './class-metadata.ts'
export { Classifier } from './classifier.ts'
export type { ClassifierLoadOptions, Prediction } from './classifier.ts'
export type { ImageBatch, ImageInput } from './image/image-input.ts'
export type { Pixels } from './image/pixels.ts'
export type { Preprocessing, PreprocessingOptions } from './preprocessing.ts'
