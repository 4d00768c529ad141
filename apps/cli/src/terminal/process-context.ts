import { Ansis } from 'ansis'
import { WriteStream } from 'node:tty'
import { type Context, Interruption, type Output } from '../context.ts'

/** A closed pipe; a socket closed with something unread in it; a write after either. */
const READER_GONE = new Set<string | undefined>(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])

const SHOW_CURSOR = '\u001B[?25h\u001B[?7h'

/** 0 none, 1 sixteen colours, 2 256 colours, 3 all; obeys NO_COLOR, FORCE_COLOR and TERM=dumb. */
export function colorLevel(isTTY: boolean, env: Context['env']): number {
  if ((env['NO_COLOR'] ?? '') !== '') return 0
  const { NO_COLOR: _, ...rest } = env
  if (env['FORCE_COLOR'] === undefined && (!isTTY || env['TERM'] === 'dumb')) return 0
  return { 1: 0, 4: 1, 8: 2, 24: 3 }[WriteStream.prototype.getColorDepth(rest)] ?? 0
}

function processOutput(stream: NodeJS.WriteStream, env: Context['env'], onClosed: () => void): Output {
  let closed = false
  // Undefined where it is not a terminal, whatever the types say.
  const isTTY = (stream.isTTY as boolean | undefined) ?? false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!READER_GONE.has(error.code)) throw error
    closed = true
    onClosed()
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
  /** Takes the signal handlers away. */
  dispose(): void
}

/**
 * The context of the real process. The first Ctrl-C or SIGTERM aborts `signal`, so that the run is put away in
 * order; a second one exits at once, which is safe because files are only ever replaced whole.
 */
export function processContext(): ProcessContext {
  const { env } = process
  const abort = new AbortController()
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const handler = () => {
      const reason = Interruption[name]
      if (!abort.signal.aborted) return abort.abort(reason)
      if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR)
      process.exit(reason.exitCode)
    }
    process.on(name, handler)
    return [name, handler] as const
  })
  return {
    stdout: processOutput(process.stdout, env, () => abort.abort(Interruption.SIGPIPE)),
    stderr: processOutput(process.stderr, env, () => {}),
    env,
    cwd: process.cwd(),
    signal: abort.signal,
    flush: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
    dispose: () => {
      for (const [name, handler] of handlers) process.off(name, handler)
    },
  }
}
