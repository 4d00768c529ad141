import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AVERAGE } from '@treadle/optim'
import type { ExecutorState } from '../executors/executor.ts'
import { checkStateParts } from './check-state.ts'
import type { TrainingState } from './state.ts'

/**
 * The weights for evaluation, in `model.weights` order: the averages if the optimizer averages weights (`useEma`),
 * otherwise the current weights.
 */
export function evaluationWeights(
  { weights: all, trainableWeights }: LayersModel,
  { weights, slots }: ExecutorState,
): readonly Float32Array[] {
  const averages = slots[AVERAGE]
  if (!averages) return weights
  return weights.map((values, i) => {
    const trained = trainableWeights.indexOf(all[i] as LayersModel['weights'][number])
    return trained < 0 ? values : (averages[trained] as Float32Array)
  })
}

/**
 * The final weights of a run that ended with `state`, in `model.weights` order: the weights of the best epoch with
 * early stopping, otherwise the averages if the optimizer averages weights, otherwise the current weights.
 * @throws TreadleError `TRAINER_BAD_STATE`
 */
export function finalWeights(state: TrainingState): readonly Float32Array[] {
  checkStateParts('finalWeights', state)
  const { model, weights, slots, best } = state
  if (best) return best.weights
  let trained = 0
  return weights.map((values, i) => (model[i]?.trainable ? (slots[AVERAGE]?.[trained++] ?? values) : values))
}
