import { transferOf } from '../transfer/definition.ts'
import type { Recipe } from './schema.ts'

/** The most epochs of a recipe: those of training, and those of fine-tuning the layers of a base. */
export function plannedEpochs(recipe: Recipe): number {
  const { unfreeze = 0, fineTuneEpochs = 0 } = transferOf(recipe) ?? {}
  return recipe.training.epochs + (unfreeze > 0 ? fineTuneEpochs : 0)
}
