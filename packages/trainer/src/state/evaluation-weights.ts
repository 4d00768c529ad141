import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AVERAGE } from '@treadle/optim'
import type { ExecutorState } from '../executors/executor.ts'
import type { TrainingState } from './state.ts'

/**
 * The weights that a model is evaluated with, in `model.weights` order: with an optimizer that averages weights
 * (`useEma`) the averages, otherwise the present weights.
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
 * The weights that a run which ended in `state` gives its model, in `model.weights` order: those of the best epoch
 * with early stopping, else the averages where the optimizer keeps them, else the weights.
 */
export function finalWeights({ model, weights, slots, best }: TrainingState): readonly Float32Array[] {
  if (best) return best.weights
  let trained = 0
  return weights.map((values, i) => (model[i]?.trainable ? (slots[AVERAGE]?.[trained++] ?? values) : values))
}
