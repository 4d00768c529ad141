import type { PublishedResult } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** What a caller may choose about a network; each model takes some of them. */
export interface NetworkOptions {
  /** Width of each hidden layer. */
  readonly units?: readonly number[]
  /** Fraction dropped in training, in [0, 1). */
  readonly dropout?: number
}

interface NamedModel {
  /** What the command calls it: lower case, hyphens. */
  readonly name: string
  /** One line for a list of models. */
  readonly description: string
  /** The options that `build` heeds beside seed and shapes. */
  readonly options: readonly (keyof NetworkOptions)[]
  /** A result to set a run beside, for the model's defaults on the data they were made for. */
  readonly published?: PublishedResult
}

export interface ClassifierDefinition extends NamedModel {
  readonly task: 'classification'
  build(
    options: NetworkOptions & {
      readonly seed: number
      readonly inputShape: readonly number[]
      readonly classes: number
    },
  ): LayersModel
}

export interface RegressorDefinition extends NamedModel {
  readonly task: 'regression'
  build(
    options: NetworkOptions & {
      readonly seed: number
      readonly inputShape: readonly number[]
      readonly outputs: number
    },
  ): LayersModel
}

/** A model that can be asked for by name. `build` draws the weights from `seed`. */
export type ModelDefinition = ClassifierDefinition | RegressorDefinition
