import type { Dataset } from '@treadle/core'
import type { Runtime } from '@treadle/runtime'
import type { RunLogger } from '../loggers/logger.ts'
import type { ReportFormat } from '../report/formats.ts'
import type { RunStore } from '../store/store.ts'
import type { RunEvent } from './events.ts'

/**
 * Where a run is kept: Node.js a folder's path, browser a name; or a store. A function proposes it when the data set is loaded; if
 * it is taken, the next free name is used: `path-2`, `path-3` …
 */
export type RunLocation = string | RunStore | ((data: Dataset, startedAt: Date) => string | Promise<string>)

/** How a run is run; what decides its result is the recipe. */
export interface RunOptions {
  /** Called at every event, and waited for. */
  readonly onEvent?: (event: RunEvent) => unknown
  /** Stops the run: it saves a checkpoint and the model, and the result says `aborted`. */
  readonly signal?: AbortSignal
  /** A runtime that is started already, with the recipe's threads. Otherwise one is started and disposed. */
  readonly runtime?: Runtime
  /** The data set, instead of loading what the recipe names. */
  readonly data?: Dataset
  /** Leaves the model and the runtime in the result for the caller to dispose. */
  readonly keepModel?: boolean
  /**
   * `false` leaves the test samples alone: the run ends with its model, without a test and a report. `resumeRun` tests it later.
   */
  readonly test?: boolean
  /** The report files to write; all unless given. */
  readonly reports?: readonly ReportFormat[]
  /** Write the run in the formats of other programs: `runLogger` of `@treadle/experiment/loggers` makes them. */
  readonly loggers?: readonly RunLogger[]
}

export interface NewRunOptions extends RunOptions {
  /** In memory unless given. */
  readonly directory?: RunLocation
  /** Replaces a run that the directory holds. */
  readonly force?: boolean
}

/** What may change when a run is continued. Any number of threads, and wide SIMD, give the same bits. */
export interface ResumeChanges {
  /** More epochs extend a finished run. */
  readonly epochs?: number
  readonly threads?: 'auto' | number
  readonly wideSimd?: boolean
}
