import type { Ansis } from 'ansis'

/** A text stream that a command writes to: of the process, or of a test. */
export interface Output {
  write(text: string): void
  /** Whether a line can be redrawn. */
  readonly isTTY: boolean
  /** Width in characters. Read it for each line: the window may be resized. */
  readonly columns: number
  /** Colours at the level that this stream supports. */
  readonly colors: Ansis
}

/** Everything that a command may use besides files, so that a test can run it without a process. */
export interface Context {
  readonly stdout: Output
  readonly stderr: Output
  /** The bytes of standard input. */
  readonly stdin?: () => AsyncIterable<Uint8Array>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Paths on the command line are relative to this folder. */
  readonly cwd: string
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, a closed pipe or a write error of standard output; the reason is an `Interruption`. */
  readonly signal: AbortSignal
  /** Replaces the process by one that runs the same command line with a flag of Node.js. Returns only if that is not possible. */
  readonly restart?: (flag: string) => void
}

/** Why a command has to stop, with its exit code. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly exitCode: number
  /** No message is needed: there is no reader, or the message was printed when the event happened. */
  readonly silent: boolean

  private constructor(message: string, exitCode: number, silent = false) {
    super(message)
    this.exitCode = exitCode
    this.silent = silent
  }

  static readonly SIGINT = new Interruption('Stopped by Ctrl-C.', 130)
  static readonly SIGTERM = new Interruption('Stopped by a termination signal.', 143)
  /** The terminal was closed. */
  static readonly SIGHUP = new Interruption('Stopped because the terminal was closed.', 129)
  /** The reader closed standard output, as in `treadle … | head`. 141 is what a shell reports for SIGPIPE. */
  static readonly SIGPIPE = new Interruption('Stopped because the reader closed the output.', 141, true)
  /** Standard output cannot be written, for example to a file on a full disk. */
  static readonly OUTPUT = new Interruption('Stopped because the output cannot be written.', 1, true)
}

/** The interruption that aborted `signal`; undefined if it is not aborted. */
export function interruption(signal: AbortSignal): Interruption | undefined {
  if (!signal.aborted) return undefined
  return signal.reason instanceof Interruption ? signal.reason : Interruption.SIGINT
}
