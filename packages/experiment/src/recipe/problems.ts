import { TreadleError, nearest, show } from '@treadle/core'
import type * as z from 'zod/mini'
import { type RecipeField, fieldAt, recipeFields } from './fields.ts'
import { isGroup, valueAt } from './paths.ts'
import { listed, ruleOf } from './rules.ts'

type Issue = z.core.$ZodIssue

/** How the person who wrote the recipe names a field: `--epochs`, or `training.epochs`. */
export type NameOf = (path: string) => string

/** The first of zod's issues as an error that teaches. */
export function recipeError(issues: readonly Issue[], input: unknown, nameOf: NameOf): TreadleError {
  return new TreadleError('EXPERIMENT_BAD_RECIPE', messageOf(deepest(issues, input), input, nameOf))
}

/** The issue of the alternative that the value's type chooses. */
function deepest(issues: readonly Issue[], input: unknown): Issue {
  // A field that is missing may be the one that is misspelt.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue?.code !== 'invalid_union' || issue.errors.length === 0) return issue as Issue
  const value = valueAt(input, issue.path.join('.'))
  const inside = issue.errors.find((errors) =>
    errors.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  )
  if (!isGroup(value) || inside === undefined) return issue
  return deepest(inside.map((each) => ({ ...each, path: [...issue.path, ...each.path] })) as Issue[], input)
}

function messageOf(issue: Issue, input: unknown, nameOf: NameOf): string {
  const path = issue.path.join('.')
  if (issue.code === 'custom') return `\`${nameOf(path)}\` ${issue.message}`
  if (issue.code === 'unrecognized_keys') return unknownField(path, issue.keys[0] as string, input, nameOf)
  const field = fieldAt(path)
  const value = valueAt(input, path)
  const name = `\`${nameOf(path)}\``
  if (field === undefined) {
    if (value === undefined && path !== '') return `The recipe has no ${name}. Add it.`
    return `${path === '' ? 'A recipe' : name} must be a group of fields: ${fieldsBelow(path).join(', ')}.`
  }
  if (value === undefined) return `The recipe has no ${name}: it must be ${ruleOf(field)}.`
  if (field.positional) return unknownWord(field, shown(value))
  const near = typeof value === 'string' ? nearest(value, field.choices) : undefined
  return `${name} (=${shown(value)}) must be ${ruleOf(field, value)}.${near === undefined ? '' : ` Did you mean ${near}?`}`
}

const shown = (value: unknown) => (typeof value === 'string' ? value.slice(0, 200) : show(value))

function unknownWord({ path, choices }: RecipeField, word: string): string {
  const [what] = path.split('.')
  const near = nearest(word, choices)
  return `There is no ${what} ${word}.${near === undefined ? '' : ` Did you mean ${near}?`} The ${what}s are ${choices.join(', ')}.`
}

/** Names of the fields and groups directly below a path. */
function fieldsBelow(path: string): string[] {
  const prefix = path === '' ? '' : `${path}.`
  const below = recipeFields().filter((field) => field.path.startsWith(prefix))
  return [...new Set(below.map((field) => field.path.slice(prefix.length).split('.')[0] as string))]
}

function unknownField(group: string, key: string, input: unknown, nameOf: NameOf): string {
  const path = group === '' ? key : `${group}.${key}`
  const field = fieldAt(path)
  if (field !== undefined) return inapplicable(field, group, input, nameOf)
  const known = fieldsBelow(group)
  const all = recipeFields().map((each) => each.path)
  const near = nearest(key, known)
  const elsewhere = all.find((other) => other.endsWith(`.${key}`)) ?? nearest(path, all)
  const meant = near === undefined ? elsewhere : group === '' ? near : `${group}.${near}`
  const hint = meant === undefined ? '' : ` Did you mean \`${meant}\`?`
  return `A recipe has no field \`${path}\`.${hint} The fields ${group === '' ? '' : `of \`${group}\` `}are ${listed(known).replace(/ or (?=[^ ]*$)/, ' and ')}.`
}

/** A field of another alternative: the dropout of a network that has none. */
function inapplicable(field: RecipeField, group: string, input: unknown, nameOf: NameOf): string {
  const selector = Object.keys(field.when).at(-1) ?? `${group}.name`
  const chosen = String(valueAt(input, selector))
  const what = selector.split('.').at(-1) === 'name' ? selector.split('.').at(-2) : selector.split('.').at(-1)
  const others = recipeFields().filter(
    ({ path, when }) =>
      path.startsWith(`${group}.`) && path !== selector && (when[selector]?.includes(chosen) ?? true),
  )
  const takes = others.length === 0 ? '' : ` It takes ${others.map(({ path }) => nameOf(path)).join(', ')}.`
  return `The ${what} ${chosen} has no \`${nameOf(field.path)}\`.${takes}`
}
