import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { finalWeights, type TrainResult, type TrainingState } from '@treadle/trainer'
import type { TrainRequest } from '../run-directory/record.ts'

/** What finishing a run needs of its training. */
export type Outcome = Pick<TrainResult, 'stopped' | 'executor' | 'state' | 'validation'>

/**
 * How training ended, if the state of an interrupted run shows that it had: such a run was stopped between its last
 * epoch and its report. Undefined while there are epochs to train.
 */
export function completedOutcome(
  state: TrainingState,
  { epochs, earlyStopping }: TrainRequest,
): Outcome | undefined {
  const ended = earlyStopping !== undefined && state.wait > 0 && state.wait >= earlyStopping
  if (!ended && state.epoch < epochs) return undefined
  return { stopped: ended ? 'early-stopping' : 'finished', executor: state.executor, state: () => state }
}

/** Gives the model the weights that training ended with: with early stopping those of the best epoch. */
export function restoreWeights(model: LayersModel, state: TrainingState): void {
  const weights = finalWeights(state)
  tidy(() => model.setWeights(weights.map((values, i) => tensor(values, [...(state.model[i]?.shape ?? [])]))))
}
