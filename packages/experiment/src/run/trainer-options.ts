import type { Dataset } from '@treadle/core'
import type { LossOption, MetricOptions, TrainOptions } from '@treadle/trainer'
import { augmentationList } from '@treadle/trainer/augmentation'
import type { Recipe } from '../recipe/schema.ts'
import { transferOf } from '../transfer/definition.ts'
import { classWeights } from './class-weight.ts'
import { ownValidation, validationOf } from './load-data.ts'

/** The loss of training, validation and test. */
export function lossOption({ loss: { name, labelSmoothing } }: Recipe): LossOption {
  return labelSmoothing === 0 ? name : { name, labelSmoothing }
}

/** The metrics of training and validation that a recipe asks for besides the loss and its own metric. */
function metricOptions({ metrics: { names, topK, threshold } }: Recipe): MetricOptions[] {
  const options: Readonly<Record<string, Omit<MetricOptions, 'name'>>> = {
    top_k_categorical_accuracy: { k: topK },
    precision: { threshold },
    recall: { threshold },
  }
  return names.map((name) => ({ name, ...options[name] }))
}

/** Whether the images of a sample differ from epoch to epoch, so that features of them cannot be kept. */
export function changesImages({ augmentation, training }: Recipe): boolean {
  return augmentationList(augmentation).length > 0 || training.imageScales.length > 0
}

/** The options of `train` that a recipe asks for. */
export function trainerOptions(recipe: Recipe, data: Dataset): TrainOptions {
  const { epochs, batchSize, seed, executor, imageScales } = recipe.training
  const validation = validationOf(recipe, data)
  const classWeight = classWeights(recipe, data)
  const augmentation = augmentationList(recipe.augmentation)
  return {
    epochs,
    batchSize,
    seed,
    executor,
    optimizer: recipe.optimizer,
    loss: lossOption(recipe),
    metrics: metricOptions(recipe),
    validation: validation === 'none' ? false : (ownValidation(data) ?? validation),
    ...(recipe.earlyStopping !== false && { earlyStopping: recipe.earlyStopping }),
    ...(augmentation.length > 0 && { augmentation }),
    ...(imageScales.length > 0 && { imageScales }),
    ...(transferOf(recipe) && !changesImages(recipe) && { cacheFeatures: true }),
    ...(classWeight !== undefined && { classWeight }),
  }
}
