import type { History } from '@treadle/core'
import { recipeFields } from '../recipe/fields.ts'
import { textOf } from '../recipe/flags.ts'
import { valueAt } from '../recipe/paths.ts'
import type { Recipe } from '../recipe/schema.ts'
import type { HistoryEntry } from '../record/history.ts'

/** The fields that a recipe has, by their paths. */
export function settingsOf(recipe: Recipe): Record<string, string | number | boolean> {
  const settings: Record<string, string | number | boolean> = {}
  for (const { path } of recipeFields()) {
    const value = valueAt(recipe, path)
    if (value === undefined || value === null) continue
    settings[path] = typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value)
  }
  return settings
}

/** The metrics of an epoch under their names in the history, the learning rate and the seconds. */
export function epochValues(entry: HistoryEntry): [name: string, value: number][] {
  const { epoch: _epoch, learningRate, seconds, ...metrics } = entry
  const rest = { learning_rate: learningRate, epoch_seconds: seconds }
  return Object.entries<number | undefined>({
    ...(metrics as Partial<Record<keyof History, number>>),
    ...rest,
  }).filter((item): item is [string, number] => item[1] !== undefined)
}
