import type { RecipeDifference } from '@treadle/report'
import { recipeFields } from '../recipe/fields.ts'
import { textOf } from '../recipe/flags.ts'
import { isGroup, valueAt } from '../recipe/paths.ts'
import type { Recipe } from '../recipe/schema.ts'

/** The fields in which recipes differ, in the schema's order, with the value of each recipe. */
export function recipeDifferences(recipes: readonly Recipe[]): RecipeDifference[] {
  return recipeFields().flatMap(({ path, orGroup }) => {
    const values = recipes.map((recipe) => {
      const value = valueAt(recipe, path)
      // The fields of a group are in the list themselves.
      return value === undefined || (orGroup && isGroup(value)) ? undefined : textOf(value)
    })
    return new Set(values).size > 1 ? [{ path, values }] : []
  })
}
