import { type Dataset, didYouMean } from '@treadle/core'
import { type ModelDefinition, type ModelMetadata, classMetadata, models } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { UsageError } from '../errors.ts'
import type { TrainRequest } from '../run-directory/record.ts'

/** @throws UsageError listing the models there are */
export function findModel(name: string): ModelDefinition {
  const definition = models.get(name)
  if (definition !== undefined) return definition
  const names = [...models.keys()]
  throw new UsageError(
    `There is no model ${name}.${didYouMean(name, names)} The models are ${names.join(', ')}.`,
  )
}

/**
 * Builds the network for the shape of the data, its weights drawn from the seed.
 * @throws UsageError where model and data do not go together
 */
export async function buildModel(
  definition: ModelDefinition,
  data: Dataset,
  request: TrainRequest,
): Promise<LayersModel> {
  const { seed, modelParameters } = request
  const options = Object.keys(definition.options.shape)
  const unheeded = Object.keys(modelParameters).find((name) => !options.includes(name))
  if (unheeded !== undefined) {
    throw new UsageError(
      `The model ${definition.name} has no \`--${unheeded}\`.${options.length === 0 ? '' : ` It takes ${options.map((name) => `--${name}`).join(' and ')}.`}`,
    )
  }
  if (definition.task === 'classification') {
    if (!('classNames' in data))
      throw mismatch(definition, data, 'classifies images', 'holds numbers to predict')
    const { height, width, channels } = data.train
    const inputShape = channels === 1 ? [height, width] : [height, width, channels]
    return definition.build({ seed, inputShape, outputs: data.classNames.length, ...modelParameters })
  }
  if ('classNames' in data)
    throw mismatch(definition, data, 'predicts numbers from a table', 'holds images of classes')
  return definition.build({
    seed,
    inputShape: [data.train.width],
    outputs: data.train.outputs,
    ...modelParameters,
  })
}

function mismatch({ name, task }: ModelDefinition, data: Dataset, does: string, holds: string): UsageError {
  const fitting = [...models.values()].filter((other) => other.task !== task).map((other) => other.name)
  return new UsageError(
    `The model ${name} ${does}, but ${data.name} ${holds}. ` +
      `For these data take ${fitting.join(' or ')}; or choose other data with --data.`,
  )
}

/** What `model.json` carries, so that a `Classifier` needs nothing but the model. */
export function modelMetadata(model: LayersModel, data: Dataset): ModelMetadata {
  if (!('classNames' in data)) return { targetNames: data.targetNames, featureNames: data.featureNames }
  return classMetadata(model, { classNames: data.classNames })
}
