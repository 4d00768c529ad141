import type { TrainRequest } from '../run-directory/record.ts'

/** A new run. */
export interface NewRun {
  readonly request: TrainRequest
  /** Its run directory; made from model, data, seed and time if absent. */
  readonly out?: string
  /** Replaces the run that `out` holds. */
  readonly force?: boolean
}

/** An interrupted run to continue, or a finished one to extend. */
export interface ResumedRun {
  /** Its run directory. */
  readonly resume: string
  readonly epochs?: number
  readonly threads?: 'auto' | number
}

export type TrainTask = NewRun | ResumedRun
