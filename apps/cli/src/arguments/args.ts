/** One argument of a command, as plain data: help, parser and types are made from it. */
export interface Arg {
  /** `boolean`: a switch. `string`: a flag with a value. `positional`: a word without a flag. */
  readonly type: 'boolean' | 'string' | 'positional'
  readonly description: string
  /** One letter, as in `-q`. */
  readonly alias?: string
  /** The value if none is given. A positional without a default is required. */
  readonly default?: string
  /** The value's name in the help text; the argument's own name in capitals if absent. */
  readonly valueHint?: string
  /** The default in the help text, if `default` is absent because the value has another source then. */
  readonly shownDefault?: string
  /** The heading of its group in the help text. */
  readonly heading?: string
  /** The argument may be given several times. Of the positionals only the last one may. */
  readonly repeats?: true
}

/** Arguments by name. Positionals are read in this order. */
export type Args = Readonly<Record<string, Arg>>

type Value<Definition extends Arg> = Definition extends { type: 'boolean' }
  ? boolean
  : Definition extends { repeats: true }
    ? readonly string[]
    : Definition extends { type: 'positional' } | { default: string }
      ? string
      : string | undefined

/** Flags that every command takes. */
export const globalArgs = {
  json: {
    type: 'boolean',
    description: 'Print one JSON object on standard output, progress on standard error',
  },
  quiet: { type: 'boolean', alias: 'q', description: 'Print results and errors only' },
  help: { type: 'boolean', alias: 'h', description: 'Show this help' },
} as const satisfies Args

type All<Own extends Args> = Own & typeof globalArgs

/** What a command line gives for a command's own arguments and the global ones. */
export type ArgValues<Own extends Args> = { readonly [Name in keyof All<Own>]: Value<All<Own>[Name]> }

/** The name of an argument's value in help and messages. */
export const valueName = (name: string, { valueHint }: Arg): string => valueHint ?? name.toUpperCase()
