import type { Recipe } from '@treadle/experiment/recipe'
import { wholeNumber } from '../../arguments/values.ts'
import { UsageError } from '../../errors.ts'

/** The runs of `reproduce`: one for each seed, or one for each fold. */
export interface Tasks {
  readonly kind: 'seed' | 'fold'
  readonly count: number
  /** @param number from 1 */
  recipeOf(recipe: Recipe, number: number): Recipe
}

/** With more, a fold tests few samples. */
const MOST_FOLDS = 20

/** @throws UsageError */
export function tasksOf(
  args: { readonly seeds: string; readonly folds?: string | undefined },
  given: ReadonlySet<string>,
): Tasks {
  if (args.folds === undefined) {
    const count = wholeNumber('--seeds', args.seeds, { min: 1, max: 1000 })
    return {
      kind: 'seed',
      count,
      recipeOf: (recipe, seed) => ({ ...recipe, training: { ...recipe.training, seed } }),
    }
  }
  if (given.has('seeds')) throw new UsageError('`--folds` and `--seeds` cannot be used together. Give one.')
  const count = wholeNumber('--folds', args.folds, { min: 2, max: MOST_FOLDS })
  return {
    kind: 'fold',
    count,
    recipeOf: (recipe, fold) => ({
      ...recipe,
      data: { ...recipe.data, fold: `${fold}/${count}` },
      training: { ...recipe.training, seed: 1 },
    }),
  }
}
