import type { ArgValues, Args } from '../arguments/args.ts'
import type { Context } from '../context.ts'

/** What is known of a command without running it. Cheap to import, so that `--help` answers at once. */
export interface Definition<Own extends Args = Args> {
  readonly description: string
  /** Its arguments besides the global ones. */
  readonly args: Own
  /** Command lines and what each does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  /** Paragraphs below the flags in the help text. */
  readonly notes?: readonly string[]
}

/** Keeps the literal types of `args`, from which those of the action's arguments follow. */
export const define = <const Own extends Args>(definition: Definition<Own>) => definition

/** What an action is called with. */
export interface Invocation<Of extends Definition = Definition> {
  readonly args: ArgValues<Of['args']>
  /** Names of the arguments that were given: `--resume` must tell a given value from a default. */
  readonly given: ReadonlySet<string>
  readonly context: Context
}

/** @returns the exit code, 0 if nothing is returned */
type Action<Of extends Definition> = (invocation: Invocation<Of>) => Promise<number | void>

/** An entry in the tree of commands. */
export interface Command {
  readonly definition: () => Promise<Definition>
  /** Runs the command; absent for a group. */
  readonly run?: (invocation: Invocation) => Promise<number | void>
  /** The commands of a group. */
  readonly children?: Readonly<Record<string, Command>>
}

/**
 * A command from its two files. The action's is imported when the command runs, and not for its help.
 *
 * @param definition imports `definition.ts`
 * @param action imports `action.ts`, which may use the arguments that the definition lists
 */
export function command<Own extends Args>(
  definition: () => Promise<{ readonly definition: Definition<Own> }>,
  action: () => Promise<{ readonly action: Action<Definition<Own>> }>,
): Command {
  return {
    definition: async () => (await definition()).definition,
    run: async (invocation) => (await action()).action(invocation as Invocation<Definition<Own>>),
  }
}

/** A command that only holds others. */
export function group(
  definition: () => Promise<{ readonly definition: Definition }>,
  children: Readonly<Record<string, Command>>,
): Command {
  return { definition: async () => (await definition()).definition, children }
}
