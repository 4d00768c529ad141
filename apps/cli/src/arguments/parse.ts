import { didYouMean } from '@treadle/core'
import { parseArgs } from 'node:util'
import { UsageError } from '../errors.ts'
import { type ArgValues, type Args, globalArgs, valueName } from './args.ts'

/** A checked command line. */
export interface Parsed<Own extends Args> {
  readonly args: ArgValues<Own>
  /** Names of the arguments that the command line holds. Those with default values are not among them. */
  readonly given: ReadonlySet<string>
}

/**
 * Reads the words that follow a command.
 *
 * @param own the arguments of the command; the global ones are added
 * @throws UsageError for an unknown flag, a flag without its value, a switch with one, a missing or extra word
 */
export function parseArguments<const Own extends Args>(words: readonly string[], own: Own): Parsed<Own> {
  const all: Args = { ...own, ...globalArgs }
  const flags = Object.entries(all).filter(([, { type }]) => type !== 'positional')
  const positionals = Object.entries(all).filter(([, { type }]) => type === 'positional')
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      flags.map(([name, { type, alias }]) => [
        name,
        { type: type as 'boolean' | 'string', ...(alias !== undefined && { short: alias }) },
      ]),
    ),
    allowPositionals: true,
    // Node.js's own errors suggest nothing.
    strict: false,
    tokens: true,
  })

  const values = new Map<string, string[]>()
  const extra: string[] = []
  const add = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value])
  for (const token of tokens) {
    if (token.kind === 'option') add(token.name, flagValue(token, all))
    if (token.kind !== 'positional') continue
    const free = positionals.find(([name, { repeats }]) => !values.has(name) || repeats)
    if (free === undefined) extra.push(token.value)
    else add(free[0], token.value)
  }
  const names = positionals.map(([name, arg]) => valueName(name, arg))
  if (extra.length > 0) {
    const takes = names.length === 0 ? 'flags only' : `${names.join(' ')} and flags`
    throw new UsageError(`Too many words: ${extra.join(' ')}. This command takes ${takes}.`)
  }
  const missing = positionals.filter(([name, arg]) => arg.default === undefined && !values.has(name))
  if (missing.length > 0) {
    const list = missing.map(([name, arg]) => valueName(name, arg))
    throw new UsageError(`${list.join(' and ')} ${list.length > 1 ? 'are' : 'is'} missing.`)
  }
  const args = Object.entries(all).map(([name, { type, repeats, default: fallback }]) => {
    const given = values.get(name)
    if (type === 'boolean') return [name, given !== undefined]
    return [name, repeats ? (given ?? []) : (given?.at(-1) ?? fallback)]
  })
  return { args: Object.fromEntries(args) as ArgValues<Own>, given: new Set(values.keys()) }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

/** @returns the value of a flag; an empty text for a switch */
function flagValue({ name, rawName, value, inlineValue }: OptionToken, args: Args): string {
  const arg = Object.hasOwn(args, name) ? args[name] : undefined
  if (arg === undefined || arg.type === 'positional') {
    const known = Object.keys(args).filter((key) => args[key]?.type !== 'positional')
    throw new UsageError(`There is no flag ${rawName}.${didYouMean(name, known, (flag) => `--${flag}`)}`)
  }
  if (arg.type === 'boolean') {
    if (value === undefined) return ''
    throw new UsageError(`\`--${name}\` is a switch and takes no value (=${value}). Write --${name} alone.`)
  }
  if (!value || (!inlineValue && value.startsWith('--'))) throw new UsageError(`\`--${name}\` needs a value.`)
  return value
}
