import { didYouMean, isTreadleError, nearest } from '@treadle/core'
import packageJson from '../package.json' with { type: 'json' }
import { type Arg, globalArgs } from './arguments/args.ts'
import { parseArguments } from './arguments/parse.ts'
import type { Command } from './commands/command.ts'
import { root } from './commands/index.ts'
import { type Context, interruption } from './context.ts'
import { ExitCode, UsageError, reportError } from './errors.ts'

/**
 * Runs one command line.
 *
 * @param argv what follows `treadle`
 * @returns the exit code: 0, 1 for errors, 2 for wrong usage, 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP
 */
export async function runCli(argv: readonly string[], context: Context): Promise<number> {
  const path = ['treadle']
  try {
    const { command, rest } = await findCommand(argv, path)
    if (wantsHelp(rest) || (command.children !== undefined && rest.length === 0)) {
      const { renderHelp } = await import('./help.ts')
      context.stdout.write(await renderHelp(path, command, context.stdout))
      return ExitCode.ok
    }
    if (command === root && rest.length === 1 && isVersion(rest[0] as string)) {
      context.stdout.write(`${packageJson.version}\n`)
      return ExitCode.ok
    }
    const { args } = await command.definition()
    const parsed = parseArguments(rest, args)
    if (command.run === undefined) throw missingCommand(command, path)
    const code = await command.run({ ...parsed, context })
    // A command that was finished before the signal came says so by its code.
    return code ?? interruption(context.signal)?.exitCode ?? ExitCode.ok
  } catch (error) {
    if (isTreadleError(error) && error.code === 'RUNTIME_WIDE_SIMD_OFF') {
      const { WIDE_SIMD_FLAG } = await import('@treadle/runtime')
      context.restart?.(WIDE_SIMD_FLAG)
    }
    // An abort makes other things fail; it is the reason to report.
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
    const before = at < 0 ? rest : rest.slice(0, at)
    const early = before.find((word) => !isGlobal(word) && !isVersion(word))
    if (early !== undefined) throw await flagBeforeCommand(early, rest, command.children, path)
    const name = rest[at]
    if (name === undefined) break
    const child = Object.hasOwn(command.children, name) ? command.children[name] : undefined
    if (child === undefined) {
      const known = Object.keys(command.children)
      const near = didYouMean(name, known, (word) => `${path.join(' ')} ${word}`)
      throw new UsageError(
        `There is no command ${[...path, name].join(' ')}.${near} The commands are ${known.join(', ')}.`,
      )
    }
    rest.splice(at, 1)
    command = child
    path.push(name)
  }
  return { command, rest }
}

const isVersion = (word: string) => word === '--version' || word === '-v'

function isGlobal(word: string): boolean {
  const [flag] = word.split('=')
  return Object.entries<Arg>(globalArgs).some(
    ([name, { alias }]) => flag === `--${name}` || flag === `-${alias}`,
  )
}

/** Says where the flag belongs: after the command that was named, else after the first command that takes it. */
async function flagBeforeCommand(
  flag: string,
  words: readonly string[],
  children: NonNullable<Command['children']>,
  path: readonly string[],
): Promise<UsageError> {
  const { shellWord } = await import('@treadle/experiment/recipe')
  const suggest = (command: string, args: readonly string[]) =>
    `Did you mean ${[...path, command, ...args.map(shellWord)].join(' ')}?`
  const named = words.find((word) => Object.hasOwn(children, word))
  const misplaced = `\`${flag}\` must come after the command.`
  if (named !== undefined)
    return new UsageError(
      `${misplaced} ${suggest(
        named,
        words.filter((word) => word !== named),
      )}`,
    )

  const owners = new Map<string, string>()
  for (const [command, child] of Object.entries(children)) {
    for (const [name, { type, alias }] of Object.entries((await child.definition()).args)) {
      if (type === 'positional') continue
      for (const key of [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])])
        if (!owners.has(key)) owners.set(key, command)
    }
  }
  const [given = ''] = flag.split('=')
  const owner = owners.get(given)
  if (owner !== undefined) return new UsageError(`${misplaced} ${suggest(owner, words)}`)
  const near = nearest(
    given.slice(2),
    [...owners.keys()].map((key) => key.slice(2)),
  )
  const meant =
    near === undefined
      ? `The commands are ${Object.keys(children).join(', ')}.`
      : suggest(
          owners.get(`--${near}`) as string,
          words.map((word) => word.replace(given, `--${near}`)),
        )
  return new UsageError(`There is no flag ${given}. ${meant}`)
}

function wantsHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf('--')
  return (end < 0 ? rest : rest.slice(0, end)).some((word) => word === '--help' || word === '-h')
}

function missingCommand(command: Command, path: readonly string[]): UsageError {
  const lines = Object.keys(command.children ?? {}).map((name) => [...path, name].join(' '))
  return new UsageError(`A command is missing. Write one of: ${lines.join(', ')}.`)
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
