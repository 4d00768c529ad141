import type { RunEvent } from '../run/events.ts'
import type { Confirmation } from './confirm/record.ts'
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
  /** The confirmation of the best trial begins or continues. `known`: it is there already and is not repeated. */
  | {
      readonly type: 'confirm'
      readonly trial: SweepTrial
      /** How many runs confirm it. */
      readonly seeds: number
      readonly known?: Confirmation
    }
  /** An event of a run that confirms. Of runs in other processes: progress, progress of the data, and warnings. */
  | { readonly type: 'confirm-run'; readonly seed: number; readonly event: RunEvent }
  /** A run that confirms is trained. `value`: its objective, on the samples that chose the trial. */
  | { readonly type: 'confirm-trained'; readonly seed: number; readonly value?: number }
