import { checkArgument } from '@treadle/core'
import { recipeFields } from './fields.ts'
import { parseRecipe } from './parse.ts'
import { valueAt, withValue } from './paths.ts'
import type { Recipe } from './schema.ts'

/** @throws TreadleError `CORE_BAD_ARGUMENT` for anything but a complete recipe */
export function checkRecipe(recipe: Recipe): void {
  const groups = {
    model: { name: 'string' },
    data: { name: 'string' },
    training: 'record',
    optimizer: 'record',
  } as const
  checkArgument('Reading a recipe', 'recipe', recipe, groups)
}

/** Fields of a recipe that differ from their defaults, by path, in the schema's order. */
export function differences(recipe: Recipe): Map<string, unknown> {
  checkRecipe(recipe)
  const found = new Map<string, unknown>()
  let soFar: unknown = {}
  // Before a field without a default: the defaults of these fields are not known yet.
  const early: string[] = []
  for (const { path } of recipeFields()) {
    const value = valueAt(recipe, path)
    if (value === undefined || isGroupOf(path, value)) continue
    const complete = completed(soFar)
    if (complete === undefined) early.push(path)
    else if (same(value, valueAt(complete, path))) continue
    found.set(path, value)
    soFar = withValue(soFar, path, value)
  }
  for (const path of early) {
    const others = [...found].filter(([other]) => other !== path)
    const without = completed(others.reduce<unknown>((input, [at, value]) => withValue(input, at, value), {}))
    if (same(valueAt(without, path), found.get(path))) found.delete(path)
  }
  return found
}

/** Undefined while a field without a default is still to come. */
function completed(input: unknown): Recipe | undefined {
  try {
    return parseRecipe(input)
  } catch {
    return undefined
  }
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Whether fields of their own below the path say what the value is. */
function isGroupOf(path: string, value: unknown): boolean {
  return typeof value === 'object' && recipeFields().some((field) => field.path.startsWith(`${path}.`))
}
