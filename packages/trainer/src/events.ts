import type { EpochLogs, History } from '@treadle/core'
import type { ClassifierEvaluation, TableEvaluation } from './evaluation.ts'
import type { ExecutorName } from './executors/executor.ts'
import type { TrainingState } from './state/state.ts'

/** A chunk of steps, about 50 ms of work, is done. */
export interface ProgressEvent {
  readonly type: 'progress'
  /** From 0. */
  readonly epoch: number
  /** Steps done in this epoch. */
  readonly step: number
  /** Steps in an epoch. */
  readonly steps: number
  /** Loss of each step of the chunk, dropout on. */
  readonly losses: Float32Array
  /** Running figures of the epoch so far, weighted by sample. */
  readonly loss: number
  readonly accuracy?: number
  readonly mae?: number
  /** Of the chunk's last step. */
  readonly learningRate: number
  /** Rate over this chunk. */
  readonly samplesPerSecond: number
  /** Which executor ran it, and why a better one did not. */
  readonly executor: ExecutorName
  readonly notes: readonly string[]
}

/** An epoch and its validation are done. The model holds the weights of its end. */
export interface EpochEvent {
  readonly type: 'epoch'
  /** From 0. */
  readonly epoch: number
  readonly logs: EpochLogs
  /** Of the epoch's last step. */
  readonly learningRate: number
  /** Wall time, validation included; after a resume in mid-epoch, since the resume. */
  readonly seconds: number
  /** Everything needed to go on from here. */
  state(): TrainingState
}

export interface DoneEvent extends TrainResult {
  readonly type: 'done'
}

export type TrainEvent = ProgressEvent | EpochEvent | DoneEvent

/** What a run comes to. */
export interface TrainResult {
  /** One number an epoch for each figure, epochs before a resume included. */
  readonly history: History
  readonly stopped: 'finished' | 'aborted' | 'early-stopping'
  /** Whole epochs in `history`. */
  readonly epochs: number
  /** Which executor ran, and why a better one did not. */
  readonly executor: ExecutorName
  readonly notes: readonly string[]
  /** tfjs's name of the backend. */
  readonly backend: string
  /** With early stopping, the epoch (from 0) of the best figure, whose weights the model holds if so asked. */
  readonly bestEpoch?: number
  /** Wall time of this call. */
  readonly seconds: number
  /**
   * What `evaluate` computes on the validation samples with the weights that the run ends with, at no further cost.
   * Absent if there was no validation, if the run was aborted within an epoch, if it was resumed and restores the best
   * weights of an epoch before, or if the eager executor validated a model that `evaluate` compiles. Keeps
   * count · units float32.
   */
  readonly validation?: () => ClassifierEvaluation | TableEvaluation
  /** Everything needed to go on: after an abort, from the very step. */
  state(): TrainingState
}
