import { checkArgument } from '@treadle/core'
import * as z from 'zod/mini'
import { longForm } from './paths.ts'
import { withPreset } from './preset.ts'
import { type NameOf, recipeError } from './problems.ts'
import { type Recipe, recipeSchema } from './schema.ts'
import { checkSnapshots, withSnapshots } from './with-snapshots.ts'

/** A group, or the bare value that stands for it. */
type OrShort<Group, Short> = Group | Short
type Input = z.input<typeof recipeSchema>

/** A recipe as people write it: only the model has no default, and bare values stand for groups. */
export type RecipeInput = {
  readonly [Name in keyof Input]: OrShort<Input[Name], string | number>
}

/**
 * Completes and checks a recipe. A field that it leaves out has the default of its model, else that of the schema.
 *
 * @param input a `RecipeInput`, or anything that was read from a file
 * @param nameOf how messages name a field; by its path unless given
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE`, with the field, the value, the rule and the nearest name
 * @example
 * parseRecipe({ model: 'wide-and-deep', optimizer: 'sgd' }).optimizer.learningRate // 0.01
 */
export function parseRecipe(input: unknown, nameOf: NameOf = (path) => path): Recipe {
  checkArgument('parseRecipe', 'nameOf', nameOf, 'function')
  const long = longForm(withPreset(withSnapshots(input)))
  const result = recipeSchema.safeParse(long)
  if (!result.success) throw recipeError(result.error.issues, long, nameOf)
  checkSnapshots(result.data, nameOf)
  return result.data
}
