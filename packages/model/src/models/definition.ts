import type { PublishedResult } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type * as z from 'zod/mini'

/** What decides a network besides its own options. */
export interface NetworkShape {
  /** Determines the initial weights: an integer in [0, 2³²). */
  readonly seed: number
  /** Of one sample: [height, width], [height, width, channels] or [features]. */
  readonly inputShape: readonly number[]
  /** Classes, or numbers to predict. */
  readonly outputs: number
}

/** Fields of a recipe by group, in long form: `{ training: { epochs: 8 } }`. */
export type PresetRecipe = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** A model that can be named. Importing its definition loads no tfjs; `build` does. */
export interface ModelDefinition {
  /** The name in recipes and on the command line: lower case, hyphens. */
  readonly name: string
  readonly task: 'classification' | 'regression'
  /** One line for a list of models. */
  readonly description: string
  /** The options of the network. Each has a default and a description (`FieldMetadata` in zod's global registry). */
  readonly options: z.ZodMiniObject
  /** The fields of a recipe whose defaults are others for this model: a preset is a network with its recipe. */
  readonly recipe?: PresetRecipe
  /** The published result of the model with its default options, on the data that it was made for. */
  readonly published?: PublishedResult
  /**
   * @param options values of the schema `options`; those left out have their defaults
   * @throws TreadleError `MODEL_BAD_OPTION`, `MODEL_NO_BACKEND`, `CORE_BAD_SEED`
   */
  build(options: NetworkShape & Readonly<Record<string, unknown>>): Promise<LayersModel>
}

interface TypedDefinition<Options extends z.ZodMiniObject> extends Omit<
  ModelDefinition,
  'options' | 'build'
> {
  readonly options: Options
  build(options: NetworkShape & z.infer<Options>): Promise<LayersModel>
}

/** Defines a model; `build` gets its options complete and checked. */
export function defineModel<Options extends z.ZodMiniObject>(
  definition: TypedDefinition<Options>,
): ModelDefinition {
  return {
    ...definition,
    build: async ({ seed, inputShape, outputs, ...options }) =>
      definition.build({ ...definition.options.parse(options), seed, inputShape, outputs }),
  }
}
