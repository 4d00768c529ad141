import type { Dataset } from '@treadle/core'
import type { DatasetProgress, DatasetWarning } from '@treadle/dataset'
import type { ModelDefinition } from '@treadle/model'
import type { Runtime } from '@treadle/runtime'
import type { ProgressEvent, TrainingState } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Recipe } from '../recipe/schema.ts'
import type { HistoryEntry } from '../record/history.ts'
import type { Run } from '../store/run.ts'

/** Everything that training one run needs. */
export interface RunSession {
  readonly recipe: Recipe
  readonly definition: ModelDefinition
  readonly data: Dataset
  readonly runtime: Runtime
  /** Holds the current weights at every event. */
  readonly model: LayersModel
  readonly run: Run
  /** The state that a resumed run continues from. */
  readonly resumed?: TrainingState
  /** The epochs before a resume. */
  readonly past: readonly HistoryEntry[]
}

/** The data set is being loaded. */
export interface DataProgressEvent {
  readonly type: 'data-progress'
  readonly progress: DatasetProgress
}

/** Something that does not stop the run but that people should know. */
export interface WarningEvent {
  readonly type: 'warning'
  readonly warning: DatasetWarning
}

/** The data set is loaded. */
export interface DataEvent {
  readonly type: 'data'
  readonly data: Dataset
}

/** Everything is checked and the run exists in its store. Training begins. */
export interface StartEvent {
  readonly type: 'start'
  readonly session: RunSession
}

/** An epoch and its validation are finished, and its checkpoint is written. */
export interface RunEpochEvent {
  readonly type: 'epoch'
  readonly entry: HistoryEntry
  /** Whether its validation loss is the lowest so far; the training loss without a validation. */
  readonly best: boolean
  readonly session: RunSession
  state(): TrainingState
}

/** Training is over; the model is saved, and tested unless the run was aborted. */
export type RunEvent =
  | DataProgressEvent
  | WarningEvent
  | DataEvent
  | StartEvent
  | ProgressEvent
  | RunEpochEvent
