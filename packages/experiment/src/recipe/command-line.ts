import { escapeControls } from '@treadle/core'
import { recipeFields } from './fields.ts'
import { textOf } from './flags.ts'
import { differences } from './minimal.ts'
import type { Recipe } from './schema.ts'

/** Fields that a command line shows even where they have their default. */
const ALWAYS = ['training.seed']
/** The model that the command trains where none is named. */
export const DEFAULT_MODEL = 'wide-and-deep'

/** The command line that repeats a run: `treadle train`, with what differs from the defaults. */
export function commandLine(recipe: Recipe): string {
  const found = differences(recipe)
  const positionals: string[] = []
  const flags: string[] = []
  for (const { path, flag, kind, positional, ...field } of recipeFields()) {
    const value = found.get(path) ?? (ALWAYS.includes(path) ? field.default : undefined)
    if (value === undefined) continue
    if (positional) positionals.push(...(value === DEFAULT_MODEL ? [] : [shellWord(textOf(value))]))
    else if (kind !== 'boolean') flags.push(`--${flag}`, shellWord(textOf(value)))
    // A switch has one direction, which is the wrong one where a preset or an optimizer has another default.
    else if (value === (field.default !== true)) flags.push(`--${flag}`)
    else flags.push('--set', `${path}=${textOf(value)}`)
  }
  return ['treadle', 'train', ...positionals, ...flags].join(' ')
}

/** A word, quoted for a shell where it must be; control characters are written as bash, zsh and ksh read them. */
export function shellWord(text: string): string {
  if (escapeControls(text) !== text)
    return `$'${escapeControls(text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`))}'`
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
