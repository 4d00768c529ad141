import type { ArgsDef } from 'citty'
import { parseArgs } from 'node:util'
import { UsageError } from '../errors.ts'
import { didYouMean } from './suggest.ts'

/** Flags every command takes. */
export const globalArgs = {
  json: {
    type: 'boolean',
    description: 'Print one JSON object on standard output, progress on standard error',
  },
  quiet: { type: 'boolean', alias: 'q', description: 'Print results and errors only' },
  help: { type: 'boolean', alias: 'h', description: 'Show this help' },
} satisfies ArgsDef

/** What the command line holds, checked against what the command takes. */
export interface GivenArguments {
  /** Names of the flags that were given, without dashes: a default is not among them. */
  readonly flags: ReadonlySet<string>
  readonly positionals: readonly string[]
}

const aliases = (alias: string | readonly string[] | undefined) => (alias === undefined ? [] : [alias].flat())

/**
 * Refuses what citty's lenient parser would let through: unknown flags, flags without their value, values for
 * switches, words too many.
 *
 * @param rest true where the last positional may repeat, as in `predict RUN IMAGE…`
 * @throws UsageError
 */
export function checkArguments(rawArgs: readonly string[], args: ArgsDef, rest = false): GivenArguments {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {}
  const positionalNames: string[] = []
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === 'positional') {
      positionalNames.push(name)
      continue
    }
    const short = aliases((definition as { alias?: string | string[] }).alias).find(
      (alias) => alias.length === 1,
    )
    options[name] = {
      type: definition.type === 'boolean' ? 'boolean' : 'string',
      ...(short !== undefined && { short }),
    }
  }

  const { tokens } = parseArgs({
    args: [...rawArgs],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const flags = new Set<string>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const option = options[token.name]
    if (option === undefined) {
      const known = Object.keys(options).map((name) => `--${name}`)
      throw new UsageError(`There is no flag ${token.rawName}.${didYouMean(`--${token.name}`, known)}`)
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new UsageError(
        `\`--${token.name}\` is a switch and takes no value (=${token.value}). Write --${token.name} alone.`,
      )
    }
    if (option.type === 'string' && (!token.value || (!token.inlineValue && token.value.startsWith('--')))) {
      throw new UsageError(`\`--${token.name}\` needs a value.`)
    }
    flags.add(token.name)
  }

  if (positionals.length > positionalNames.length && !rest) {
    const extra = positionals.slice(positionalNames.length).join(' ')
    throw new UsageError(
      `Too many words: ${extra}. ` +
        (positionalNames.length === 0
          ? 'This command takes flags only.'
          : `This command takes ${positionalNames.map((name) => name.toUpperCase()).join(' ')} and flags.`),
    )
  }
  return { flags, positionals }
}
