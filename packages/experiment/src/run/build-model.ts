import { TreadleError, type Dataset, type LabelledImages } from '@treadle/core'
import { type ModelDefinition, type ModelMetadata, classMetadata, whitenFirstLayer } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { definitions } from '../recipe/definitions.ts'
import { listed } from '../recipe/rules.ts'
import type { Recipe } from '../recipe/schema.ts'
import { buildTransfer } from '../transfer/build-transfer.ts'
import { transferOf } from '../transfer/definition.ts'
import type { Base } from '../transfer/open-base.ts'

/** The definition that a recipe names. */
export function modelDefinition({ model }: Recipe): ModelDefinition {
  return definitions.get(model.name) as ModelDefinition
}

/**
 * Builds the network for the shape of the data; the seed determines its weights, and with `whitening` the training samples do.
 * @throws TreadleError `EXPERIMENT_MODEL_MISMATCH` if the model is not for such data; `MODEL_NOT_WHITENED`
 */
export async function buildModel(recipe: Recipe, data: Dataset, base?: Base): Promise<LayersModel> {
  const model = await seededModel(recipe, data, base)
  const { whitening: epsilon, seed } = recipe.training
  if (epsilon === 'none') return model
  try {
    if (base) throw baseWhitened()
    await whitenFirstLayer(model, data.train as LabelledImages, { seed, epsilon })
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

async function seededModel(recipe: Recipe, data: Dataset, base: Base | undefined): Promise<LayersModel> {
  const definition = modelDefinition(recipe)
  const { seed } = recipe.training
  const { name: _, ...options } = recipe.model
  const images = 'classNames' in data
  if ((definition.task === 'classification') !== images) throw mismatch(definition, data)
  const transferred = transferOf(recipe)
  if (base && transferred && images)
    return buildTransfer(base, transferred, { seed, outputs: data.classNames.length })
  if (!images) {
    const { width, outputs } = data.train
    return definition.build({ ...options, seed, inputShape: [width], outputs })
  }
  const { height, width, channels } = data.train
  const inputShape = channels === 1 ? [height, width] : [height, width, channels]
  return definition.build({ ...options, seed, inputShape, outputs: data.classNames.length })
}

function mismatch({ name, task }: ModelDefinition, data: Dataset): TreadleError {
  const [does, holds] =
    task === 'classification'
      ? ['classifies images', 'holds numbers to predict']
      : ['predicts numbers from a table', 'holds images of classes']
  const fitting = [...definitions.values()].filter((other) => other.task !== task).map((other) => other.name)
  return new TreadleError(
    'EXPERIMENT_MODEL_MISMATCH',
    `The model ${name} ${does}, but ${data.name} ${holds}. ` +
      `For these data take ${listed(fitting)}, or choose other data.`,
  )
}

const baseWhitened = () =>
  new TreadleError(
    'EXPERIMENT_BAD_RECIPE',
    '`training.whitening` (--whitening) would replace the first layer of the base, which is trained. Leave it out.',
  )

/** What `model.json` holds besides the network, so that a `Classifier` needs only the model. */
export function modelMetadata(model: LayersModel, data: Dataset): ModelMetadata {
  if (!('classNames' in data)) return { targetNames: data.targetNames, featureNames: data.featureNames }
  return classMetadata(model, { classNames: data.classNames, preprocessing: data.preprocessing })
}
