import type { Bounds, RecipeField } from './fields.ts'

/** "a, b or c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function numberRule({ integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): string {
  const bounds = [
    exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`,
    minimum === undefined || maximum !== undefined ? undefined : `of at least ${minimum}`,
    minimum === undefined || maximum === undefined ? undefined : `from ${minimum} to ${maximum}`,
    minimum !== undefined || maximum === undefined ? undefined : `of at most ${maximum}`,
    exclusiveMaximum === undefined ? undefined : `below ${exclusiveMaximum}`,
  ].filter((bound) => bound !== undefined)
  return `${integer ? 'a whole number' : 'a number'} ${bounds.join(' and ')}`.trimEnd()
}

/**
 * What a field may be, to follow "must be".
 * @param value the value that is wrong: of a number that may also be a word, only the number's bounds matter
 */
export function ruleOf(
  { kind, choices, bounds, orGroup, description, valueHint }: RecipeField,
  value?: unknown,
): string {
  if (kind === 'boolean') return 'true or false'
  const forms = valueHint?.includes('|') ? listed(valueHint.split('|')) : undefined
  // It is a text, but not of the field's form.
  if (forms !== undefined && ((kind === 'text' && value !== undefined) || (kind === 'map' && value === '')))
    return forms
  if (kind === 'text')
    return typeof value === 'string' && value !== '' ? `as described: “${description}”` : 'text'
  if (kind === 'texts') return Array.isArray(value) || value === undefined ? 'a list of texts' : 'text'
  if (kind === 'numbers' && Array.isArray(value) && value.length === 0) return 'one number or more'
  if (kind === 'numbers') return numberRule(bounds)
  if (kind === 'map' && (value === undefined || typeof value === 'object'))
    return `names with ${numberRule(bounds)} each`
  if (kind === 'map') return numberRule(bounds)
  const number = kind === 'choice' ? [] : [numberRule(bounds)]
  if (typeof value === 'number' && number.length > 0) return number[0] as string
  return listed([...choices, ...number, ...(orGroup ? ['a group of fields'] : [])])
}
