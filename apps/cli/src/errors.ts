import { TreadleError, escapeControls, isTreadleError } from '@treadle/core'
import { explainPermission } from '@treadle/core/node'
import { Interruption, type Context, type Output } from './context.ts'

export const ExitCode = { ok: 0, error: 1, usage: 2 } as const

/** An invalid command line: an unknown flag, a missing or invalid value. Exit code 2. */
export class UsageError extends TreadleError {
  constructor(message: string) {
    super('CLI_USAGE', message)
  }
}

const ISSUES = 'https://github.com/treadle-ml/treadle/issues'

/** Reports on standard error that standard output cannot be written. */
export function reportOutputError(error: NodeJS.ErrnoException, stderr: Output): void {
  const { bold, red } = stderr.colors
  const reason = OUTPUT_ERRORS[error.code ?? ''] ?? error.message
  stderr.write(
    `${bold(red`error`)}  Could not write to standard output: ${reason}. Redirect it to another place and run the command again.\n`,
  )
}

const OUTPUT_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exhausted',
  EFBIG: 'the file has reached the size limit',
}

/** Explains the common system errors and says what to do. Undefined for other errors. */
export function explainSystemError(error: unknown): string | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException
  const where = path === undefined ? '' : ` ${path}`
  switch (code) {
    case 'ENOSPC':
      return `The disk is full: could not write${where}. Free some space, or choose another folder with --out.`
    case 'EDQUOT':
      return `The disk quota is exhausted: could not write${where}. Free some space, or choose another folder with --out.`
    case 'EFBIG':
      return `The file size limit is reached: could not write${where}. Raise the limit (ulimit -f), or choose another folder with --out.`
    case 'EACCES':
    case 'EPERM':
      return `No permission to ${syscall ?? 'use'}${where}. Check the permissions, or choose another path.`
    case 'ERR_ACCESS_DENIED':
      return explainPermission(error)
    case 'EROFS':
      return `The file system is read-only: could not write${where}. Choose another folder with --out.`
    case 'ENOENT':
      return path === undefined ? undefined : `${path} does not exist. Check the path.`
    case 'ENOTDIR':
      return `A part of the path${where} is a file, not a folder. Check the path.`
    case 'EISDIR':
      return `${path ?? 'The path'} is a folder, but a file is required. Check the path.`
    case 'ENAMETOOLONG':
      return `The path${where} is too long for this file system. Choose a shorter one.`
    default:
      return undefined
  }
}

/** Explains that memory has run out. Undefined for other errors. */
function explainMemory(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const known = isTreadleError(error) && error.code.endsWith('_OUT_OF_MEMORY')
  if (!known && (isTreadleError(error) || !OUT_OF_MEMORY.test(`${error.name}: ${error.message}`)))
    return undefined
  // The advice of a package names options of functions.
  const [reason] = known ? error.message.split('. ') : [error.message]
  return (
    `There is not enough memory (${reason}). ` +
    'Use smaller batches (--batch-size), a smaller network (--units) or fewer or smaller images, or end other programs.'
  )
}

/** What engines say when memory runs out. */
const OUT_OF_MEMORY =
  /out of memory|could not allocate memory|allocation failed|Invalid (typed )?array( buffer)? length|Failed to grow|ENOMEM/i

/** Errors of packages that a wrong command line causes. */
const USAGE_CODES = new Set([
  'EXPERIMENT_BAD_RECIPE',
  'EXPERIMENT_BAD_SWEEP',
  'EXPERIMENT_MODEL_MISMATCH',
  'EXPERIMENT_UNKNOWN_LOGGER',
  'QUEUE_BAD_URL',
])

const isUsageError = (error: unknown): error is TreadleError =>
  error instanceof UsageError || (isTreadleError(error) && USAGE_CODES.has(error.code))

/**
 * Prints an error and returns the exit code. Expected errors print their message only. Unexpected ones say how to
 * report them. TREADLE_DEBUG=1 adds the stack.
 */
export function reportError(error: unknown, context: Context, command: string): number {
  const { stderr, env } = context
  const { bold, red, dim } = stderr.colors
  /** What a message holds may come from a file; `own` is text with colours. */
  const say = (message: string, own = '') =>
    stderr.write(`${bold(red`error`)}  ${indent(`${escapeControls(message, '\n')}${own}`)}\n`)
  if (error instanceof Interruption) {
    if (!error.silent) stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  if (isUsageError(error)) {
    say(error.message, `\n${dim`See ${command} --help.`}`)
    return ExitCode.usage
  }
  const expected = explainMemory(error) ?? (isTreadleError(error) ? error.message : explainSystemError(error))
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const debug = (env['TREADLE_DEBUG'] ?? '') !== ''
  if (expected !== undefined) {
    say(debug ? `${expected}\n${stack}` : expected)
    return ExitCode.error
  }
  const message = error instanceof Error ? error.message : String(error)
  say(
    debug
      ? stack
      : `Unexpected error: ${message}\n` +
          `This is a bug in treadle. Run the command again with TREADLE_DEBUG=1 and report the output at\n${ISSUES}`,
  )
  return ExitCode.error
}

const indent = (text: string) => text.replaceAll('\n', '\n       ')
