import type { OptimizerClock } from '@treadle/optim'
import type { History } from '@treadle/core'
import type { StoppingState } from '../early-stopping.ts'
import type { ExecutorName, ExecutorState } from '../executors/executor.ts'

/** Sums over the epoch's samples so far, in float64. */
export interface RunningSums {
  loss: number
  metric: number
  samples: number
}

/** What must be the same for a resumed run to give the same bits, as readable values: compared one by one. */
export type RunSettings = Readonly<Record<string, string>>

/** A run at some point: all of what it takes to go on from there to the very same bits. Plain data. */
export interface TrainingState extends ExecutorState, StoppingState {
  /** Name and shape of each of `model.weights`; shapes must match on resume. */
  readonly model: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly trainable: boolean
  }[]
  readonly executor: ExecutorName
  readonly settings: RunSettings
  readonly clock: Readonly<OptimizerClock>
  /** Epochs finished: also the index of the epoch that `step` counts in. */
  readonly epoch: number
  /** Steps done of that epoch. */
  readonly step: number
  readonly sums: Readonly<RunningSums>
  readonly history: History
}
