import type { EpochLogs, History } from '@treadle/core'
import type { ClassifierEvaluation, TableEvaluation } from './evaluation.ts'
import type { ExecutorName } from './executors/executor.ts'
import type { TrainingState } from './state/state.ts'

/** Metrics by their names in Keras. */
export type Logs = EpochLogs & { [metric: string]: number }

/** Follows each chunk of steps, about 50 ms of work. */
export interface ProgressEvent {
  readonly type: 'progress'
  /** From 0. */
  readonly epoch: number
  /** Steps of this epoch that are finished. */
  readonly step: number
  /** Steps in an epoch. */
  readonly steps: number
  /** Loss of each step of the chunk, with dropout on, shape [steps of the chunk]. */
  readonly losses: Float32Array
  /** Running averages over the epoch's samples so far. */
  readonly loss: number
  readonly accuracy?: number
  readonly mae?: number
  /** All running averages, by the names of the history. */
  readonly logs: Logs
  /** Learning rate of the chunk's last step. */
  readonly learningRate: number
  /** Average over this chunk. */
  readonly samplesPerSecond: number
  readonly executor: ExecutorName
  /** The reasons why 'auto' did not select a faster executor. */
  readonly notes: readonly string[]
}

/** Follows each epoch and its validation. The model holds the weights at the end of the epoch. */
export interface EpochEvent {
  readonly type: 'epoch'
  /** From 0. */
  readonly epoch: number
  /** With several outputs also loss and metric of each, by `<output>_loss` and `<output>_<metric>`. */
  readonly logs: Logs
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number
  /** Wall time including validation. If the run was resumed within this epoch, the time since then. */
  readonly seconds: number
  /** A checkpoint: `resume` continues the run from here. */
  state(): TrainingState
}

export interface DoneEvent extends TrainResult {
  readonly type: 'done'
}

export type TrainEvent = ProgressEvent | EpochEvent | DoneEvent

/** The result of a run. */
export interface TrainResult {
  /** Each metric has one value per epoch, including the epochs before a resume. */
  readonly history: History
  readonly stopped: 'finished' | 'aborted' | 'early-stopping'
  /** Number of finished epochs, the length of each metric in `history`. */
  readonly epochs: number
  readonly executor: ExecutorName
  /** The reasons why 'auto' did not select a faster executor. */
  readonly notes: readonly string[]
  /** tfjs's name of the backend. */
  readonly backend: string
  /** With early stopping, the epoch (from 0) with the best monitored value. `restoreBestWeights` restores its weights. */
  readonly bestEpoch?: number
  /** Wall time of this call, without the time before a resume. */
  readonly seconds: number
  /**
   * Returns the result of `evaluate` on the validation samples with the final weights, without another pass through
   * the model. Absent if the run has no validation, if it was aborted within an epoch, if it was resumed and restores
   * the best weights of an epoch before the resume, if the eager executor validated a model that `evaluate`
   * compiles, or if the data are `ArraySamples`. Holds count · units float32 values.
   */
  readonly validation?: () => ClassifierEvaluation | TableEvaluation
  /** A checkpoint: `resume` continues the run, after an abort from the step where it stopped. */
  state(): TrainingState
}
