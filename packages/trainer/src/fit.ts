import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TrainResult } from './events.ts'
import type { TrainingData, TrainOptions } from './options.ts'
import { train } from './train.ts'

/**
 * Trains a model without events; otherwise like `train`.
 * @returns the history (one value per epoch for each metric), the reason for the end, and a checkpoint
 * @throws TreadleError as `train` does
 */
export async function fit(
  model: LayersModel,
  data: TrainingData,
  options: TrainOptions = {},
): Promise<TrainResult> {
  const events = train(model, data, options)
  for (;;) {
    const { done, value } = await events.next()
    if (done) return value
  }
}
