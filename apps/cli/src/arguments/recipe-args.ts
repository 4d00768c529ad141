import { type RecipeFlag, flags } from '@treadle/experiment/flags'
import type { Arg } from './args.ts'

function argOf({ isSwitch, positional, description, alias, valueHint, title, ...flag }: RecipeFlag): Arg {
  return {
    type: positional ? 'positional' : isSwitch ? 'boolean' : 'string',
    description,
    heading: title,
    ...(alias !== undefined && { alias }),
    ...(!isSwitch && { valueHint }),
    ...(flag.default !== undefined && { shownDefault: flag.default }),
  }
}

/** The arguments that set a field of a recipe, by name. All of them unless some are named. */
export function recipeArgs(names?: readonly string[]): Readonly<Record<string, Arg>> {
  const chosen = flags.filter(({ name, positional }) => names?.includes(name) ?? !positional)
  return Object.fromEntries(chosen.map((flag) => [flag.name, argOf(flag)]))
}

/** Sets any field of a recipe. */
export const settingArg = {
  type: 'string',
  repeats: true,
  valueHint: 'PATH=VALUE',
  description: 'Set any field of the recipe, as in optimizer.learningRate=0.003. May be repeated',
} as const satisfies Arg
