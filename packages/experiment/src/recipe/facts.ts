import { recipeFields } from './fields.ts'
import { textOf } from './flags.ts'
import { differences } from './minimal.ts'
import { valueAt } from './paths.ts'
import type { Recipe } from './schema.ts'

/** Fields that a report shows in places of their own. */
const ELSEWHERE = new Set([
  'model.name',
  'data.name',
  'training.epochs',
  'training.batchSize',
  'training.seed',
  'training.threads',
  'training.executor',
])
/** Fields that a report shows even where they have their default. */
const ALWAYS = new Set(['optimizer.name'])

/** A field by the words of its flag: `no-batch-normalization` as `batch normalization`. */
export const wordsOf = (flag: string) => flag.replace(/^no-/, '').replaceAll('-', ' ')

/** What a report says of a recipe: fields that differ from their defaults, by the words of their flags. */
export function recipeFacts(recipe: Recipe): Record<string, string | number | boolean> {
  const found = differences(recipe)
  const facts: Record<string, string | number | boolean> = {}
  for (const { path, flag } of recipeFields()) {
    const value = ALWAYS.has(path) ? valueAt(recipe, path) : found.get(path)
    if (value === undefined || ELSEWHERE.has(path)) continue
    facts[wordsOf(flag)] = typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value)
  }
  return facts
}
