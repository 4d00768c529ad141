import { TreadleError } from './error.ts'
import { isRecord, type Kind, unlikeKind } from './kind.ts'
import { didYouMean } from './nearest.ts'
import { show } from './show.ts'

/** What an option must be: a kind, or the names of further options and what they must be. */
export type OptionKind = Kind | OptionKinds

/** What the options of these names must be. */
export interface OptionKinds {
  readonly [name: string]: OptionKind
}

/**
 * Throws unless `given` is an object whose keys are all known and whose values have their kinds. An option that is
 * undefined counts as absent.
 * @param operation the function whose options these are: the message begins with it
 * @param given what the user passed
 * @param known the names of all options, or their kinds by name
 * @param hints for names that users know from elsewhere, what to do instead, as a sentence
 * @throws TreadleError `CORE_BAD_OPTIONS` if `given` is not an object, `CORE_UNKNOWN_OPTION` for an unknown key,
 * `CORE_BAD_OPTION` for a value of another kind
 *
 * @example
 * checkOptions('fit', { epoch: 3 }, { epochs: 'number', seed: 'number' })
 * // TreadleError: fit: there is no option `epoch`. Did you mean `epochs`?
 */
export function checkOptions(
  operation: string,
  given: unknown,
  known: readonly string[] | OptionKinds,
  hints: Readonly<Record<string, string>> = {},
): void {
  const named = isList(known)
  const names = named ? known : Object.keys(known)
  if (!isRecord(given)) {
    throw new TreadleError(
      'CORE_BAD_OPTIONS',
      `${operation}: the options (=${show(given)}) must be an object, such as { ${names[0]}: … }.`,
    )
  }
  for (const [key, value] of Object.entries(given)) {
    if (!names.includes(key))
      throw new TreadleError(
        'CORE_UNKNOWN_OPTION',
        `${operation}: there is no option \`${shortened(key)}\`.${unknownName(key, names, hints)}`,
      )
    if (named || value === undefined) continue
    const kind = known[key] as OptionKind
    if (typeof kind === 'object') checkOptions(`${operation}: ${key}`, value, kind)
    else checkKind(operation, key, value, kind)
  }
}

function checkKind(operation: string, key: string, value: unknown, kind: Kind): void {
  const wrong = unlikeKind(value, kind)
  if (wrong !== undefined)
    throw new TreadleError('CORE_BAD_OPTION', `${operation}: \`${key}\` (=${show(value)}) must be ${wrong}.`)
}

function isList(known: unknown): known is readonly string[] {
  return Array.isArray(known)
}

/** A name as a message shows it: short. */
function shortened(key: string): string {
  return key.length > 80 ? `${key.slice(0, 77)}…` : key
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
