import { checkArgument } from '@treadle/core'
import { type RecipeField, fieldAt, recipeFields } from './fields.ts'
import { withValue } from './paths.ts'
import { listed } from './rules.ts'

/** A flag of the command, with what its help shows. */
export interface RecipeFlag {
  /** Without dashes. */
  readonly name: string
  readonly path: string
  /** A switch takes no value. */
  readonly isSwitch: boolean
  readonly positional: boolean
  /** The heading of its group. */
  readonly title: string
  readonly alias?: string
  readonly valueHint: string
  readonly description: string
  /** As help shows it. */
  readonly default?: string
}

/** The flags of a recipe's fields, in the schema's order. */
export function recipeFlags(): readonly RecipeFlag[] {
  return recipeFields().map((field) => {
    const { flag, path, kind, alias, positional, title } = field
    return {
      name: flag,
      path,
      isSwitch: kind === 'boolean',
      positional,
      title,
      ...(alias !== undefined && { alias }),
      valueHint: hintOf(field),
      description: descriptionOf(field),
      ...(kind !== 'boolean' && defaultText(field) !== '' && { default: defaultText(field) }),
    }
  })
}

/** A hint that is longer than this is a name; the description lists the words. */
const LONGEST_HINT = 40

function hintOf({ kind, choices, valueHint }: RecipeField): string {
  if (valueHint !== undefined) return valueHint
  const hints = {
    integer: ['N'],
    number: ['X'],
    numbers: ['N,N,…'],
    texts: ['TEXT,…'],
    map: ['NAME=X,…'],
    text: ['TEXT'],
    choice: [],
    boolean: [],
  }
  const words = [...choices, ...hints[kind]].join('|')
  return words.length > LONGEST_HINT ? 'NAME' : words
}

/** The description, of a switch that turns something off what it no longer does; with what the field is for. */
function descriptionOf(field: RecipeField): string {
  const { kind, default: fallback, description, when } = field
  const off = kind === 'boolean' && fallback === true
  const own = off ? `Do not ${description[0]?.toLowerCase()}${description.slice(1)}` : description
  const text = hintOf(field) === 'NAME' ? `${own}: ${listed(field.choices)}` : own
  const only = Object.values(when).map((words) => words.join(', '))
  return only.length === 0 ? text : `${text} (${only.join('; ')})`
}

/** The default: of several the first, and for which values of another field it is another one. */
function defaultText({ default: fallback, defaults: [first, ...others] }: RecipeField): string {
  if (first === undefined) return fallback === undefined ? '' : textOf(fallback)
  const [common, ...rest] = [first, ...others].filter(({ value }) => value !== undefined)
  const exceptions = rest.map(({ value, for: words }) => `for ${words.join(', ')} ${textOf(value)}`)
  return [textOf(common?.value), ...exceptions].join(', ')
}

/** A value as a flag takes it. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, item]) => `${name}=${String(item)}`)
      .join(',')
  return String(value)
}

const WHOLE = /^[+-]?\d+$/
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number where the text is one in decimal digits; else the text, for the schema to judge. */
function numberIn(text: string, whole: boolean): unknown {
  const value = (whole ? WHOLE : DECIMAL).test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : text
}

/** What a flag's or `--set`'s text means for a field. The schema checks it afterwards. */
function valueOf({ kind, choices, bounds }: RecipeField, text: string): unknown {
  if (choices.includes(text)) return text
  switch (kind) {
    case 'integer':
    case 'number':
      return numberIn(text, bounds.integer)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'texts':
      return text.split(',').map((item) => item.trim())
    case 'numbers':
      return text.split(',').map((item) => numberIn(item.trim(), bounds.integer))
    case 'map':
      return Object.fromEntries(
        text.split(',').map((item) => {
          const at = item.lastIndexOf('=')
          return at < 0
            ? [item.trim(), '']
            : [item.slice(0, at).trim(), numberIn(item.slice(at + 1).trim(), bounds.integer)]
        }),
      )
    default:
      return text
  }
}

/**
 * Sets the fields whose flags were given.
 * @param given texts by flag name; of a switch anything but undefined
 */
export function withFlags(
  input: unknown,
  given: Readonly<Record<string, string | boolean | undefined>>,
): unknown {
  checkArgument('withFlags', 'given', given, 'record')
  let result = input
  for (const field of recipeFields()) {
    const value = given[field.flag]
    if (value === undefined) continue
    const meant = field.kind === 'boolean' ? !field.flag.startsWith('no-') : valueOf(field, String(value))
    result = withValue(result, field.path, meant)
  }
  return result
}

/** Sets one field, or one group, by its path: what `--set path=value` does. */
export function withSetting(input: unknown, path: string, text: string): unknown {
  checkArgument('withSetting', 'path', path, 'string')
  checkArgument('withSetting', 'text', text, 'string')
  const field = fieldAt(path)
  if (field === undefined) return withValue(input, path, parsedOrText(text))
  const isItem = field.path !== path
  return withValue(input, path, isItem ? numberIn(text, field.bounds.integer) : valueOf(field, text))
}

/** Of a group: JSON, or the bare value that stands for it. */
function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
