import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TrainResult } from './events.ts'
import type { TrainingData, TrainOptions } from './options.ts'
import { train } from './train.ts'

/**
 * Trains a model to the end: `train` without the events.
 * @returns history (one number an epoch for each figure), why it stopped, and the state to go on from
 * @throws what `train` throws
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
