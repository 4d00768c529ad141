import type { LoggerSource } from '../../loggers/logger.ts'
import type { RunEvent } from '../../run/events.ts'
import type { WorkerEnd } from '../worker.ts'

/** What the supervisor sends to a worker process. */
export type Order =
  | {
      readonly type: 'begin'
      /** Of the sweep. */
      readonly folder: string
      readonly threads: number
      readonly trials: number | undefined
      readonly wait: boolean
      readonly loggers: readonly LoggerSource[]
    }
  /** Save a checkpoint and end. */
  | { readonly type: 'abort' }

/** Events of a run that hold nothing but data. */
export type PlainRunEvent = Extract<RunEvent, { type: 'data-progress' | 'warning' | 'progress' }>

/** What a worker process sends. */
export type Report =
  /** It is alive under this name. */
  | { readonly type: 'present'; readonly name: string }
  /** It has taken a trial, or has none any more. */
  | { readonly type: 'change'; readonly isBusy: boolean }
  /** Also a sign of progress. */
  | { readonly type: 'run'; readonly number: number; readonly event: PlainRunEvent }
  | { readonly type: 'end'; readonly end: WorkerEnd }
  /** An error that every trial would meet. */
  | { readonly type: 'error'; readonly code: string | undefined; readonly message: string }
