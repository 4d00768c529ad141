import { TreadleError, checkArgument } from '@treadle/core'
import { checkRecipe } from './minimal.ts'
import { parseRecipe } from './parse.ts'
import type { Recipe } from './schema.ts'

/**
 * Reads a recipe's text, YAML or JSON, without checking its fields.
 * @param source what messages call it: the file's path
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE`
 */
export async function readRecipeText(text: string, source: string): Promise<unknown> {
  checkArgument('recipeFromText', 'text', text, 'string')
  checkArgument('recipeFromText', 'source', source, 'string')
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  if (error === undefined) return document.toJS({ maxAliasCount: 100 }) as unknown
  throw new TreadleError(
    'EXPERIMENT_BAD_RECIPE',
    `${source} is not YAML or JSON: ${error.message.split('\n')[0]}`,
    { cause: error },
  )
}

/** Reads and checks a recipe. @throws TreadleError `EXPERIMENT_BAD_RECIPE` */
export async function recipeFromText(text: string, source = 'The recipe'): Promise<Recipe> {
  return parseRecipe(await readRecipeText(text, source))
}

/** The complete recipe as YAML. Reading it back gives the same recipe. */
export async function recipeToYaml(recipe: Recipe): Promise<string> {
  checkRecipe(recipe)
  const { stringify } = await import('yaml')
  return stringify(recipe, { flowCollectionPadding: true })
}
