import type { RunEvent } from '../run/events.ts'
import type { Sweep } from './schema.ts'
import type { SweepTrial } from './trial.ts'

export type SweepEvent =
  /** A sweep begins or continues. */
  | {
      readonly type: 'start'
      readonly sweep: Sweep
      readonly directory: string
      readonly trials: readonly SweepTrial[]
    }
  /** A trial begins or continues. */
  | { readonly type: 'trial-start'; readonly trial: SweepTrial }
  /** An event of the run of a trial. Of trials in other processes: progress, progress of the data, and warnings. */
  | { readonly type: 'run'; readonly trial: SweepTrial; readonly event: RunEvent }
  /** A trial is complete, has failed, or was stopped. */
  | { readonly type: 'trial-end'; readonly trial: SweepTrial }
