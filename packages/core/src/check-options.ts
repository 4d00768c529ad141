import { TreadleError } from './error.ts'
import { didYouMean } from './nearest.ts'

/**
 * Throws unless `given` is an object whose keys are all known.
 * @param operation the function whose options these are: the message begins with it
 * @param given what the user passed
 * @param known the names of all options
 * @param hints for names that users know from elsewhere, what to do instead, as a sentence
 * @throws TreadleError `CORE_BAD_OPTIONS` if `given` is not an object, `CORE_UNKNOWN_OPTION` for an unknown key
 *
 * @example
 * checkOptions('fit', { epoch: 3 }, ['epochs', 'seed'])
 * // TreadleError: fit: there is no option `epoch`. Did you mean `epochs`?
 */
export function checkOptions(
  operation: string,
  given: unknown,
  known: readonly string[],
  hints: Readonly<Record<string, string>> = {},
): void {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new TreadleError(
      'CORE_BAD_OPTIONS',
      `${operation}: the options (=${show(given)}) must be an object, such as { ${known[0]}: … }.`,
    )
  }
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    throw new TreadleError(
      'CORE_UNKNOWN_OPTION',
      `${operation}: there is no option \`${key}\`.${unknownName(key, known, hints)}`,
    )
  }
}

/** What to do instead of `name`, as sentences with a leading space. */
function unknownName(
  name: string,
  known: readonly string[],
  hints: Readonly<Record<string, string>>,
): string {
  if (Object.hasOwn(hints, name)) return ` ${hints[name]}`
  const guess = didYouMean(name, known, (near) => `\`${near}\``)
  return guess || ` The options are ${known.join(', ')}.`
}

/** A value as a message shows it: short, on one line. */
export function show(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'number' || typeof value === 'bigint' || value === undefined) return String(value)
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const { name } = value.constructor ?? {}
    if (name !== 'Object' && name !== undefined) return `an instance of ${name}`
  }
  const text =
    JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? typeof value
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
