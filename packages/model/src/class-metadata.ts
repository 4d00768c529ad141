import { TreadleError } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { z } from 'zod'
import { completePreprocessing } from './preprocessing.ts'
import type { Preprocessing, PreprocessingOptions } from './preprocessing.ts'

/** What model.json keeps for a classifier, under these keys of `userDefinedMetadata`. */
export interface ClassMetadata {
  /** By index of the network's output. */
  readonly classNames: readonly string[]
  readonly preprocessing: Preprocessing
}

export interface ClassMetadataOptions {
  /** By index of the network's output. */
  readonly classNames?: readonly string[] | undefined
  /** What is left out follows from the network's input. */
  readonly preprocessing?: PreprocessingOptions | undefined
}

const namesSchema = z.array(z.string().min(1)).min(2)

/**
 * Checks the class names and the preprocessing for a network, and completes them: what `saveModel` takes as
 * `metadata`, so that `Classifier.load` needs nothing but the model.
 *
 * @throws TreadleError `MODEL_BAD_METADATA`, `MODEL_NOT_A_CLASSIFIER`
 * @example
 * await saveModel(model, 'model', { metadata: classMetadata(model, { classNames: ['cat', 'dog'] }) })
 */
export function classMetadata(
  model: LayersModel,
  options: ClassMetadataOptions,
): ClassMetadata & Record<string, unknown> {
  const classes = classCount(model)
  const { data: classNames, error } = namesSchema.safeParse(options.classNames)
  if (classNames === undefined) {
    const reason =
      options.classNames === undefined
        ? 'are not stored with the model'
        : `are not usable: ${z.prettifyError(error)}`
    throw new TreadleError(
      'MODEL_BAD_METADATA',
      `The class names ${reason}. Give \`classNames\`, a name for each of the ${classes} outputs.`,
    )
  }
  if (classNames.length !== classes || new Set(classNames).size !== classes) {
    throw new TreadleError(
      'MODEL_BAD_METADATA',
      `\`classNames\` (${new Set(classNames).size} different of ${classNames.length}) must name each of the network's ${classes} outputs once.`,
    )
  }
  const inputShape = model.inputs[0]?.shape.slice(1) ?? []
  return { classNames, preprocessing: completePreprocessing(options.preprocessing, inputShape) }
}

/** How many classes a network tells apart. @throws TreadleError `MODEL_NOT_A_CLASSIFIER` */
function classCount(model: LayersModel): number {
  const [output] = model.outputs
  const classes = output?.shape.at(-1)
  const one = model.inputs.length === 1 && model.outputs.length === 1
  if (one && output?.shape.length === 2 && typeof classes === 'number' && classes >= 2) return classes
  throw new TreadleError(
    'MODEL_NOT_A_CLASSIFIER',
    `\`${model.name}\` gives ${model.outputs.map(({ shape }) => `[${shape.slice(1).join(', ')}]`).join(' and ')}; ` +
      'a classifier has one input and one output of [classes], two or more.',
  )
}
