import { parseArgs } from 'citty'
import packageJson from '../package.json' with { type: 'json' }
import { checkArguments } from './arguments/check.ts'
import { didYouMean } from './arguments/suggest.ts'
import type { Command } from './command.ts'
import { root } from './commands/index.ts'
import { type Context, interruption } from './context.ts'
import { ExitCode, UsageError, reportError } from './errors.ts'

/**
 * Runs one command line.
 *
 * @param argv what follows `treadle`
 * @returns the exit code: 0, 1 for errors, 2 for wrong usage, 130 for Ctrl-C, 143 for a termination signal
 */
export async function runCli(argv: readonly string[], context: Context): Promise<number> {
  const path = ['treadle']
  try {
    const { command, rest } = await findCommand(argv, path)
    if (wantsHelp(rest) || (command.action === undefined && rest.length === 0)) {
      const { renderHelp } = await import('./help.ts')
      context.stdout.write(await renderHelp(path, command, context.stdout))
      return ExitCode.ok
    }
    if (command === root && rest.length === 1 && (rest[0] === '--version' || rest[0] === '-v')) {
      context.stdout.write(`${packageJson.version}\n`)
      return ExitCode.ok
    }
    const { flags, positionals } = checkArguments(rest, command.args, command.rest)
    if (command.action === undefined) throw missingCommand(command, path)
    requirePositionals(command, positionals)
    const args = parseArgs([...rest], command.args)
    const code = await command.action({ args, flags, positionals, context })
    return interruption(context.signal)?.exitCode ?? code ?? ExitCode.ok
  } catch (error) {
    // Whatever an abort made fail, the reason is the abort.
    const stopped = interruption(context.signal)
    return reportError(stopped !== undefined && isAbort(error) ? stopped : error, context, path.join(' '))
  }
}

/** Follows the words of `argv` down the tree of commands; appends each name to `path`. */
async function findCommand(
  argv: readonly string[],
  path: string[],
): Promise<{ command: Command; rest: string[] }> {
  let command: Command = root
  const rest = [...argv]
  if (rest[0] === 'help') rest.push('--help', ...rest.splice(0, 1).slice(1))
  while (command.children) {
    const at = rest.findIndex((word) => !word.startsWith('-'))
    const name = rest[at]
    if (name === undefined) break
    const load = Object.hasOwn(command.children, name) ? command.children[name] : undefined
    if (load === undefined) {
      const known = Object.keys(command.children)
      const near = didYouMean(name, known, (word) => `${path.join(' ')} ${word}`)
      throw new UsageError(
        `There is no command ${[...path, name].join(' ')}.${near} The commands are ${known.join(', ')}.`,
      )
    }
    rest.splice(at, 1)
    command = await load()
    path.push(name)
  }
  return { command, rest }
}

function wantsHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf('--')
  return (end < 0 ? rest : rest.slice(0, end)).some((word) => word === '--help' || word === '-h')
}

function missingCommand(command: Command, path: readonly string[]): UsageError {
  return new UsageError(
    `Say what to do: ${Object.keys(command.children ?? {})
      .map((name) => [...path, name].join(' '))
      .join(', ')}.`,
  )
}

function requirePositionals(command: Command, given: readonly string[]): void {
  const needed = Object.entries(command.args).filter(
    ([, { type, required, default: fallback }]) =>
      type === 'positional' && required !== false && fallback === undefined,
  )
  const missing = needed
    .slice(given.length)
    .map(([name, definition]) => definition.valueHint ?? name.toUpperCase())
  if (missing.length > 0)
    throw new UsageError(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`)
}

function isAbort(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string }
  return (
    name === 'AbortError' ||
    name === 'Interruption' ||
    code === 'ABORT_ERR' ||
    (code?.endsWith('_ABORTED') ?? false)
  )
}
