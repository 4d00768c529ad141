import type { ArgsDef, CommandDef, ParsedArgs } from 'citty'
import type { Context } from './context.ts'

/** What a command's action is called with. */
export interface Invocation<Args extends ArgsDef = ArgsDef> {
  readonly args: ParsedArgs<Args>
  /** Names of the flags that were really given, so that `--resume` can tell a wish from a default. */
  readonly flags: ReadonlySet<string>
  readonly positionals: readonly string[]
  readonly context: Context
}

/**
 * A citty command that also shows examples. Definitions are cheap to import, so that `--help` answers at once: the
 * action is behind `action`, which imports what it needs.
 */
export interface Command extends CommandDef {
  readonly meta: { readonly name: string; readonly description: string }
  readonly args: ArgsDef
  /** Command lines and what each does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  /** Paragraphs below the flags. */
  readonly notes?: readonly string[]
  /** The last positional may repeat. */
  readonly rest?: boolean
  readonly children?: Readonly<Record<string, () => Promise<Command>>>
  /** @returns the exit code, 0 by default */
  readonly action?: (invocation: Invocation) => Promise<number | void>
}

interface Definition<Args extends ArgsDef> extends Omit<Command, 'args' | 'action'> {
  readonly args: Args
  readonly action?: (invocation: Invocation<Args>) => Promise<number | void>
}

/** Types the action's arguments by the command's flags. */
export function defineTreadleCommand<const Args extends ArgsDef>(definition: Definition<Args>): Command {
  return definition as unknown as Command
}
