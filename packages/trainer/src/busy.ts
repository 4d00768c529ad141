import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TreadleError } from '@treadle/core'

/** Models in training. Two runs on one model would overwrite each other's weights. */
const busy = new WeakSet<LayersModel>()

/**
 * Reserves a model for a run.
 * @returns the function that releases it
 * @throws TreadleError `TRAINER_MODEL_BUSY`
 */
export function occupy(operation: string, model: LayersModel): () => void {
  if (busy.has(model)) {
    throw new TreadleError(
      'TRAINER_MODEL_BUSY',
      `${operation}: another run is training the model \`${model.name}\`. Wait until it ends, or train a copy.`,
    )
  }
  busy.add(model)
  return () => void busy.delete(model)
}
