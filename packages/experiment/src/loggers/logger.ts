import type { RunEpochEvent, RunSession } from '../run/events.ts'
import type { RunResult } from '../run/result.ts'

/** A kind of logger. */
export interface LoggerKind {
  readonly name: string
  /** A phrase without a full stop. */
  readonly description: string
  /**
   * @param target what follows `=`: a folder or an address
   * @param base the folder in which a relative path begins
   */
  readonly create: (target: string | undefined, base: string) => RunLogger
}

/** What `runLogger` makes a logger from. */
export interface LoggerSource {
  readonly text: string
  /** An absolute path. */
  readonly base: string
}

/** Writes runs in the format of another program. It may write several runs, also at once. */
export interface RunLogger {
  /** What messages call it: `tensorboard`. */
  readonly name: string
  /** With it, worker processes make the same logger again; absent in a logger that `runLogger` did not make. */
  readonly source?: LoggerSource
  /** Begins the log of a run, or continues it after the epochs of `session.past`. */
  start(session: RunSession): Promise<RunLog>
}

/** The log of one run. If one of these functions fails, the log ends with a warning, and the run goes on. */
export interface RunLog {
  /** An epoch is finished and its checkpoint is written. The model holds the weights of its end. */
  epoch(event: RunEpochEvent): Promise<void>
  /** The run is over. @param result undefined if the run failed */
  end(result: RunResult | undefined): Promise<void>
}
