import { type TrainResult, type TrainingState, finalWeights } from '@treadle/trainer'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Recipe } from '../recipe/schema.ts'

/** How training ended. */
export type Outcome = Pick<TrainResult, 'stopped' | 'executor' | 'state' | 'validation'>

/**
 * How training ended, if the checkpoint of an interrupted run shows that it had: the run was stopped between its last
 * epoch and its report. Undefined if there are epochs to train.
 */
export function finishedTraining(
  state: TrainingState,
  { training, earlyStopping }: Recipe,
): Outcome | undefined {
  const stoppedEarly = earlyStopping !== false && state.wait > 0 && state.wait >= earlyStopping.patience
  if (!stoppedEarly && state.epoch < training.epochs) return undefined
  return {
    stopped: stoppedEarly ? 'early-stopping' : 'finished',
    executor: state.executor,
    state: () => state,
  }
}

/** Gives the model the weights that training ended with: with early stopping those of the best epoch, if restored. */
export function setFinalWeights(model: LayersModel, state: TrainingState, { earlyStopping }: Recipe): void {
  const { best: _, ...last } = state
  const restored = earlyStopping !== false && earlyStopping.restoreBestWeights
  const weights = finalWeights(restored ? state : last)
  tidy(() => model.setWeights(weights.map((values, i) => tensor(values, [...(state.model[i]?.shape ?? [])]))))
}
