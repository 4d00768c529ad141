import { type Bounds, type RecipeField, recipeFields } from './fields.ts'
import { textOf } from './flags.ts'

/** The fields of a recipe as a Markdown table, for documentation. */
export function recipeTable(): string {
  const rows = recipeFields().map((field) => [
    `\`${field.path}\``,
    valuesOf(field),
    defaultOf(field),
    `${field.description}${conditions(field)}`,
    field.positional ? 'MODEL' : `\`--${field.flag}\``,
  ])
  const lines = [
    ['field', 'values', 'default', 'meaning', 'flag'],
    Array.from({ length: 5 }, () => '---'),
    ...rows,
  ]
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

function valuesOf({ kind, choices, bounds, orGroup }: RecipeField): string {
  const values = {
    integer: [`whole number${range(bounds)}`],
    number: [`number${range(bounds)}`],
    numbers: [`list of numbers${range(bounds)}`],
    map: [`names with numbers${range(bounds)}`],
    texts: ['list of texts'],
    text: ['text'],
    boolean: ['`true` or `false`'],
    choice: [],
  }
  const words = choices.map((word) => `\`${word}\``)
  return [...words, ...values[kind], ...(orGroup ? ['a group'] : [])].join(', ')
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): string {
  const parts = [
    minimum === undefined ? [] : `≥ ${minimum}`,
    exclusiveMinimum === undefined ? [] : `> ${exclusiveMinimum}`,
    maximum === undefined ? [] : `≤ ${maximum}`,
    exclusiveMaximum === undefined ? [] : `< ${exclusiveMaximum}`,
  ].flat()
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`
}

function defaultOf({ default: fallback, defaults }: RecipeField): string {
  if (defaults.length === 0) return fallback === undefined ? '' : code(fallback)
  const known = defaults.filter(({ value }) => value !== undefined)
  return known.map(({ value, for: words }) => `${code(value)} (${words.join(', ')})`).join(', ')
}

/** A value as code; nothing for an empty list or map. */
const code = (value: unknown) => (textOf(value) === '' ? '' : `\`${textOf(value)}\``)

function conditions({ when }: RecipeField): string {
  const words = Object.values(when).map((names) => names.join(', '))
  return words.length === 0 ? '' : ` (${words.join('; ')})`
}
