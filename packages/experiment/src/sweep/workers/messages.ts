import type { LoggerSource } from '../../loggers/logger.ts'
import type { HistoryEntry } from '../../record/history.ts'
import type { Recipe } from '../../recipe/schema.ts'
import type { RunEvent } from '../../run/events.ts'
import type { WorkerEnd } from '../worker.ts'

/** What a worker process is for. */
export type Work = {
  readonly threads: number
  readonly loggers: readonly LoggerSource[]
} & (
  | {
      readonly type: 'trials'
      /** Of the sweep. */
      readonly folder: string
      readonly trials: number | undefined
      readonly wait: boolean
    }
  /** One run, which is no trial of a sweep. */
  | {
      readonly type: 'run'
      readonly recipe: Recipe
      readonly directory: string
      readonly test: boolean
    }
)

/** What the supervisor sends to a worker process. `abort`: save a checkpoint and end. */
export type Order = Work | { readonly type: 'abort' }

/** Events of a run that hold nothing but data. */
export type PlainRunEvent = Extract<RunEvent, { type: 'data-progress' | 'warning' | 'progress' }>

/** What a worker process sends. */
export type Report =
  /** It is alive under this name. */
  | { readonly type: 'present'; readonly name: string }
  /** It has taken a trial, or has none any more. */
  | { readonly type: 'change'; readonly isBusy: boolean }
  /** Also a sign of progress. @property number of the trial */
  | { readonly type: 'run'; readonly number?: number; readonly event: PlainRunEvent }
  /** Of a run that is no trial. The journal of a sweep has those of its trials. */
  | { readonly type: 'epoch'; readonly entry: HistoryEntry }
  /** `exhausted`: the work is done. */
  | { readonly type: 'end'; readonly end: WorkerEnd }
  /** An error that every trial would meet. */
  | { readonly type: 'error'; readonly code: string | undefined; readonly message: string }
