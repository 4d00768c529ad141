import { type Preprocessing, TreadleError, checkArgument, checkOptions, describeProblem } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import * as z from 'zod/mini'
import { completePreprocessing } from './preprocessing.ts'
import type { PreprocessingOptions } from './preprocessing.ts'
import { checkStatistics, type TrainingStatistics } from './training-statistics/schema.ts'

/** The metadata of a classifier, stored in model.json under these keys of `userDefinedMetadata`. */
export interface ClassMetadata {
  /** In the order of the network's outputs. */
  readonly classNames: readonly string[]
  readonly preprocessing: Preprocessing
  /** Of the pictures that the network was trained on; absent where they are not known. */
  readonly trainingStatistics?: TrainingStatistics
}

/** The types of `ClassMetadataOptions`, for `checkOptions`. */
export const metadataKinds = {
  classNames: 'list',
  preprocessing: 'object',
  trainingStatistics: 'object',
} as const

export interface ClassMetadataOptions {
  /** In the order of the network's outputs. */
  readonly classNames?: readonly string[] | undefined
  /** Default values follow from the network's input: see `completePreprocessing`. */
  readonly preprocessing?: PreprocessingOptions | undefined
  /** What `trainingStatistics` returns for the training pictures; it lets `answer` give a distance. */
  readonly trainingStatistics?: TrainingStatistics | undefined
}

const tensors = [{ shape: 'list' }] as const
const namesSchema = z.array(z.string().check(z.minLength(1))).check(z.minLength(2))

/**
 * Checks and completes the class names and preprocessing of a network. Pass the result to `saveModel` as `metadata`, so
 * that `Classifier.load` needs only the model.
 *
 * @throws TreadleError `MODEL_BAD_METADATA`, `MODEL_NOT_A_CLASSIFIER`, `MODEL_NOT_A_MODEL`
 * @example
 * await saveModel(model, 'model', { metadata: classMetadata(model, { classNames: ['cat', 'dog'] }) })
 */
export function classMetadata(
  model: LayersModel,
  options: ClassMetadataOptions,
): ClassMetadata & Record<string, unknown> {
  checkOptions('classMetadata', options, {
    classNames: 'any',
    preprocessing: 'any',
    trainingStatistics: 'any',
  })
  checkArgument('classMetadata', 'model', model, { inputs: tensors, outputs: tensors }, 'MODEL_NOT_A_MODEL')
  const classes = classCount(model)
  const { data: classNames } = namesSchema.safeParse(options.classNames)
  if (classNames === undefined) {
    const reason =
      options.classNames === undefined
        ? 'are not stored with the model'
        : `are not usable: ${describeProblem(namesSchema, options.classNames)}`
    throw new TreadleError(
      'MODEL_BAD_METADATA',
      `The class names ${reason}. Pass \`classNames\`: a name for each of the ${classes} outputs.`,
    )
  }
  if (classNames.length !== classes || new Set(classNames).size !== classes) {
    throw new TreadleError(
      'MODEL_BAD_METADATA',
      `\`classNames\` (${new Set(classNames).size} different of ${classNames.length}) must name each of the network's ${classes} outputs once.`,
    )
  }
  const inputShape = model.inputs[0]?.shape.slice(1) ?? []
  const preprocessing = completePreprocessing(options.preprocessing, inputShape)
  const statistics = checkStatistics(options.trainingStatistics, preprocessing.channels)
  return { classNames, preprocessing, ...(statistics && { trainingStatistics: statistics }) }
}

/** Number of classes of a network. @throws TreadleError `MODEL_NOT_A_CLASSIFIER` */
function classCount(model: LayersModel): number {
  const [output] = model.outputs
  const classes = output?.shape.at(-1)
  const one = model.inputs.length === 1 && model.outputs.length === 1
  if (one && output?.shape.length === 2 && typeof classes === 'number' && classes >= 2) return classes
  throw new TreadleError(
    'MODEL_NOT_A_CLASSIFIER',
    `The output of \`${model.name}\` has the shape ${model.outputs.map(({ shape }) => `[${shape.slice(1).join(', ')}]`).join(' and ')}; ` +
      'a classifier has one input and one output of shape [classes] with at least two classes.',
  )
}
