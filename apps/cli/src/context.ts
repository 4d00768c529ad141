import type { Ansis } from 'ansis'

/** A stream of text as a command sees it: the process's own, or a test's. */
export interface Output {
  write(text: string): void
  /** True where a live line can be redrawn. */
  readonly isTTY: boolean
  /** Width in characters; read anew for each line, because windows are resized. */
  readonly columns: number
  /** Colours as far as this stream shows any. */
  readonly colors: Ansis
}

/** Everything a command may touch besides files, so that it runs without a process of its own. */
export interface Context {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Paths given by the user are relative to this folder. */
  readonly cwd: string
  /** Aborted by Ctrl-C, a termination signal, a closed pipe or a full disk under standard output; the reason is an `Interruption`. */
  readonly signal: AbortSignal
}

/** Why a command was asked to stop, and the exit code that says so. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly exitCode: number
  /** Nobody needs to be told: nobody reads, or it was said when it happened. */
  readonly silent: boolean

  private constructor(message: string, exitCode: number, silent = false) {
    super(message)
    this.exitCode = exitCode
    this.silent = silent
  }

  static readonly SIGINT = new Interruption('Stopped by Ctrl-C.', 130)
  static readonly SIGTERM = new Interruption('Stopped by a termination signal.', 143)
  /** The reader of standard output has gone, as in `treadle … | head`: what a shell reports for SIGPIPE. */
  static readonly SIGPIPE = new Interruption('Stopped because nobody reads the output any more.', 141, true)
  /** Standard output cannot be written to, as where it goes to a file and the disk is full. */
  static readonly OUTPUT = new Interruption('Stopped because the output cannot be written.', 1, true)
}

/** The interruption behind an abort, or undefined while there is none. */
export function interruption(signal: AbortSignal): Interruption | undefined {
  if (!signal.aborted) return undefined
  return signal.reason instanceof Interruption ? signal.reason : Interruption.SIGINT
}
