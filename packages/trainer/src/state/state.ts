import type { OptimizerClock } from '@treadle/optim'
import type { History } from '@treadle/core'
import type { StoppingState } from '../early-stopping.ts'
import type { ExecutorName, ExecutorState } from '../executors/executor.ts'

/** Sums over the epoch's samples so far, in float64. */
export interface RunningSums {
  loss: number
  metric: number
  samples: number
  /** With several outputs: loss and metric of each. */
  outputs?: number[]
  /** Of the metrics besides those of the heads, in the order of outputs and metrics. */
  metrics?: number[]
}

/** The settings that affect the weights, as readable values. A resumed run must have equal settings. */
export type RunSettings = Readonly<Record<string, string>>

/** A checkpoint of a run, as plain data. A run that resumes from it ends with the same bits. */
export interface TrainingState extends ExecutorState, StoppingState {
  /** Describes each of `model.weights`. Shape and trainability must match on resume. */
  readonly model: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly trainable: boolean
  }[]
  readonly executor: ExecutorName
  readonly settings: RunSettings
  readonly clock: Readonly<OptimizerClock>
  /** Number of finished epochs, which is also the index of the current epoch. */
  readonly epoch: number
  /** Epochs of the training before it, if the training came after another one (`after`). */
  readonly firstEpoch?: number
  /** Finished steps of the current epoch. */
  readonly step: number
  readonly sums: Readonly<RunningSums>
  readonly history: History
}
