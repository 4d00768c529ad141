import { Ansis } from 'ansis'
import { WriteStream } from 'node:tty'
import { type Context, Interruption, type Output } from '../context.ts'
import { reportOutputError } from '../errors.ts'

/**
 * A closed pipe; a socket closed, with something unread in it, in the middle of a write (which happens on a busy
 * machine); a write after either.
 */
const READER_GONE = new Set<string | undefined>(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])

const SHOW_CURSOR = '\u001B[?25h\u001B[?7h'

/** 0 none, 1 sixteen colours, 2 256 colours, 3 all; obeys NO_COLOR, FORCE_COLOR and TERM=dumb. */
export function colorLevel(isTTY: boolean, env: Context['env']): number {
  if ((env['NO_COLOR'] ?? '') !== '') return 0
  const { NO_COLOR: _, ...rest } = env
  if (env['FORCE_COLOR'] === undefined && (!isTTY || env['TERM'] === 'dumb')) return 0
  return { 1: 0, 4: 1, 8: 2, 24: 3 }[WriteStream.prototype.getColorDepth(rest)] ?? 0
}

/**
 * A stream of the process as a command sees it. After its first error nothing is written any more.
 *
 * @param onError called once: with the error, or with nothing where merely nobody reads any more
 */
export function processOutput(
  stream: NodeJS.WriteStream,
  env: Context['env'],
  onError: (error?: NodeJS.ErrnoException) => void,
): Output {
  let closed = false
  // Undefined where it is not a terminal, whatever the types say.
  const isTTY = (stream.isTTY as boolean | undefined) ?? false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (closed) return
    closed = true
    if (READER_GONE.has(error.code)) onError()
    else onError(error)
  })
  return {
    write: (text) => {
      if (!closed) stream.write(text)
    },
    isTTY: isTTY && env['TERM'] !== 'dumb',
    get columns() {
      return stream.columns || Number(env['COLUMNS']) || 80
    },
    colors: new Ansis(colorLevel(isTTY, env)),
  }
}

export interface ProcessContext extends Context {
  /** Waits until everything written has gone out, or nobody reads it any more. */
  flush(): Promise<void>
  /** All is done: from now on a signal ends the process at once, whatever may keep it. */
  end(): void
}

/**
 * The context of the real process. The first Ctrl-C or SIGTERM aborts `signal`, so that the run is put away in
 * order; a second one exits at once, which is safe because files are only ever replaced whole.
 */
export function processContext(): ProcessContext {
  const { env } = process
  const abort = new AbortController()
  let ended = false
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const reason = Interruption[name]
      if (!ended && !abort.signal.aborted) return abort.abort(reason)
      if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR)
      process.exit(reason.exitCode)
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
    env,
    cwd: process.cwd(),
    signal: abort.signal,
    flush: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
    end: () => {
      ended = true
    },
  }
}
