import { escapeControls } from '@treadle/core'
import { Ansis } from 'ansis'
import { WriteStream } from 'node:tty'
import { type Context, Interruption, type Output } from '../context.ts'
import { reportOutputError } from '../errors.ts'

/** Errors of a stream without a reader: a closed pipe, a reset socket, and a write after either. */
const READER_GONE = new Set<string | undefined>(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])

const SHOW_CURSOR = '\u001B[?25h\u001B[?7h'

/** The colour level: 0 none, 1 16 colours, 2 256 colours, 3 all. Obeys NO_COLOR, FORCE_COLOR and TERM=dumb. */
export function colorLevel(isTTY: boolean, env: Context['env']): number {
  if ((env['NO_COLOR'] ?? '') !== '') return 0
  const { NO_COLOR: _, ...rest } = env
  if (env['FORCE_COLOR'] === undefined && (!isTTY || env['TERM'] === 'dumb')) return 0
  return { 1: 0, 4: 1, 8: 2, 24: 3 }[WriteStream.prototype.getColorDepth(rest)] ?? 0
}

/**
 * A stream of the process as a command's output. After the first error it ignores further writes.
 *
 * @param onError called once, with the error, or with undefined if the reader closed the stream
 */
export function processOutput(
  stream: NodeJS.WriteStream,
  env: Context['env'],
  onError: (error?: NodeJS.ErrnoException) => void,
): Output {
  let closed = false
  // Undefined for a stream that is not a terminal, in spite of its type.
  const isTTY = (stream.isTTY as boolean | undefined) ?? false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (closed) return
    closed = true
    if (READER_GONE.has(error.code)) onError()
    else onError(error)
  })
  return {
    write: (text) => {
      if (!closed) stream.write(printable(text))
    },
    isTTY: isTTY && env['TERM'] !== 'dumb',
    get columns() {
      return stream.columns || Number(env['COLUMNS']) || 80
    },
    colors: new Ansis(colorLevel(isTTY, env)),
  }
}

/* oxlint-disable no-control-regex -- to tell the command's own sequences from others */
/** What the command writes itself: colours, links and movements of the cursor of its progress line, and line breaks. */
const OWN = /^(?:\u001B[78]|\u001B\[[\d;]*[A-Km]|\u001B\[\?(?:7|25)[hl]|[\n\r\t])$/
const SEQUENCES = /\u001B[78]|\u001B\[[\d;?]*[A-Za-z]|[\p{C}\p{Zl}\p{Zp}]/gu
/* oxlint-enable no-control-regex */

/** Text without other control characters than those of the command itself. What holds data is escaped before. */
function printable(text: string): string {
  return text.replace(SEQUENCES, (part) => (OWN.test(part) ? part : escapeControls(part)))
}

/** The process number, the terminal and the signals stay those of this process. */
function restart(flag: string): void {
  if (process.platform === 'win32' || process.execArgv.includes(flag)) return
  const words = [process.execPath, ...process.execArgv, flag, ...process.argv.slice(1)]
  try {
    const { execve } = process as {
      execve?: (file: string, words: string[], env: NodeJS.ProcessEnv) => never
    }
    execve?.(process.execPath, words, process.env)
  } catch {
    // The permission model forbids it.
  }
}

export interface ProcessContext extends Context {
  /** Waits until all output is written or the reader has closed the stream. */
  flush(): Promise<void>
  /** Marks the command as finished: from now on a signal exits at once, with the command's code. */
  end(): void
}

/**
 * The context of the process. The first Ctrl-C, SIGTERM or SIGHUP aborts `signal`, so that the run can save its state. A
 * second one exits at once. That is safe because files are replaced atomically.
 */
export function processContext(): ProcessContext {
  const { env } = process
  const abort = new AbortController()
  let ended = false
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      const reason = Interruption[name]
      if (!ended && !abort.signal.aborted) return abort.abort(reason)
      if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR)
      process.exit(ended ? process.exitCode : reason.exitCode)
    })
  }
  const stderr = processOutput(process.stderr, env, () => {})
  const stdout = processOutput(process.stdout, env, (error) => {
    if (error) reportOutputError(error, stderr)
    abort.abort(error ? Interruption.OUTPUT : Interruption.SIGPIPE)
  })
  return {
    stdout,
    stderr,
    stdin: () => process.stdin,
    env,
    cwd: process.cwd(),
    signal: abort.signal,
    restart,
    flush: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
    end: () => {
      ended = true
    },
  }
}
