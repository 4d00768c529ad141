import { transferOf } from '../transfer/definition.ts'
import { checkRecipe } from './minimal.ts'
import type { Recipe } from './schema.ts'

/**
 * The most epochs of a recipe: those of training, and those of fine-tuning the layers of a base.
 * @throws TreadleError `CORE_BAD_ARGUMENT`
 */
export function plannedEpochs(recipe: Recipe): number {
  checkRecipe(recipe)
  const { unfreeze = 0, fineTuneEpochs = 0 } = transferOf(recipe) ?? {}
  return recipe.training.epochs + (unfreeze > 0 ? fineTuneEpochs : 0)
}
