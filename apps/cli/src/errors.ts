import { TreadleError, isTreadleError } from '@treadle/core'
import { Interruption, type Context, type Output } from './context.ts'

export const ExitCode = { ok: 0, error: 1, usage: 2 } as const

/** A command line that cannot be meant: unknown flag, missing or impossible value. Exit code 2. */
export class UsageError extends TreadleError {
  constructor(message: string) {
    super('CLI_USAGE', message)
  }
}

const ISSUES = 'https://github.com/treadle-ml/treadle/issues'

/** Tells a person that standard output cannot be written to; they may be looking at standard error. */
export function reportOutputError(error: NodeJS.ErrnoException, stderr: Output): void {
  const { bold, red } = stderr.colors
  const reason = OUTPUT_ERRORS[error.code ?? ''] ?? error.message
  stderr.write(
    `${bold(red`error`)}  Could not write to standard output: ${reason}. Send it elsewhere, and run again.\n`,
  )
}

const OUTPUT_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file may not grow any further',
}

/** Node's own messages for what people really meet, in words. `undefined` for anything else. */
export function explainSystemError(error: unknown): string | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException
  const where = path === undefined ? '' : ` ${path}`
  switch (code) {
    case 'ENOSPC':
      return `The disk is full: could not write${where}. Free some space, or choose another place with --out.`
    case 'EDQUOT':
      return `Your disk quota is used up: could not write${where}. Free some space, or choose another place with --out.`
    case 'EFBIG':
      return `A file may not grow any further: could not write${where}. Raise the limit (ulimit -f), or choose another place with --out.`
    case 'EACCES':
    case 'EPERM':
      return `Not allowed to ${syscall ?? 'use'}${where}. Check the permissions, or choose another place.`
    case 'EROFS':
      return `The file system is read-only: could not write${where}. Choose another place with --out.`
    case 'ENOENT':
      return path === undefined ? undefined : `There is no ${path}. Check the path.`
    case 'ENOTDIR':
      return `A part of the path${where} is a file, not a folder. Check the path.`
    case 'EISDIR':
      return `${path ?? 'The path given'} is a folder; a file was expected.`
    case 'ENAMETOOLONG':
      return `The path${where} is too long for this file system.`
    default:
      return undefined
  }
}

/**
 * Tells a person what went wrong and returns the exit code. A user's mistake gets its message alone; anything
 * unexpected says how to report it, with the stack where TREADLE_DEBUG=1.
 */
export function reportError(error: unknown, context: Context, command: string): number {
  const { stderr, env } = context
  const { bold, red, dim } = stderr.colors
  const say = (message: string) => stderr.write(`${bold(red`error`)}  ${indent(message)}\n`)
  if (error instanceof Interruption) {
    if (!error.silent) stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  if (error instanceof UsageError) {
    say(`${error.message}\n${dim`See ${command} --help.`}`)
    return ExitCode.usage
  }
  const expected = isTreadleError(error) ? error.message : explainSystemError(error)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const debug = (env['TREADLE_DEBUG'] ?? '') !== ''
  if (expected !== undefined) {
    say(debug ? `${expected}\n${dim(stack)}` : expected)
    return ExitCode.error
  }
  const message = error instanceof Error ? error.message : String(error)
  say(
    debug
      ? stack
      : `Something unexpected happened: ${message}\n` +
          `This is a defect in treadle. Run again with TREADLE_DEBUG=1 for the details and report them at\n${ISSUES}`,
  )
  return ExitCode.error
}

const indent = (text: string) => text.replaceAll('\n', '\n       ')
