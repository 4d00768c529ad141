import type { Dataset, LabelledImages } from '@treadle/core'
import type { LossOption, TrainOptions } from '@treadle/trainer'
import type { Recipe } from '../recipe/schema.ts'
import { classWeights } from './class-weight.ts'

/** The loss of training, validation and test. */
export function lossOption({ loss: { name, labelSmoothing } }: Recipe): LossOption {
  return labelSmoothing === 0 ? name : { name, labelSmoothing }
}

/** The options of `train` that a recipe asks for. */
export function trainerOptions(recipe: Recipe, data: Dataset): TrainOptions {
  const { epochs, batchSize, seed, executor } = recipe.training
  const { validation } = recipe.data
  const classWeight = classWeights(recipe, data)
  return {
    epochs,
    batchSize,
    seed,
    executor,
    optimizer: recipe.optimizer,
    loss: lossOption(recipe),
    validation: validation === 'none' ? false : (ownValidation(data) ?? validation),
    ...(recipe.earlyStopping !== false && { earlyStopping: recipe.earlyStopping }),
    ...(classWeight !== undefined && { classWeight }),
  }
}

/** The validation samples of data that have some besides training and test. */
export function ownValidation(data: Dataset): LabelledImages | undefined {
  return 'classNames' in data ? data.validation : undefined
}
