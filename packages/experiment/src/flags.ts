import { DEFAULT_MODEL, type RecipeFlag, recipeFlags } from './recipe/index.ts'

/** The model that the command trains if none is given. */
export const defaultModel: string = DEFAULT_MODEL

/**
 * The flags of a recipe's fields, in the schema's order. In the built package these are constants, so that a help text
 * does not load the schema: scripts/write-flags.js.
 */
export const flags: readonly RecipeFlag[] = recipeFlags()

export type { RecipeFlag }
