import { isTreadleError } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TrainEvent } from '../events.ts'
import type { TrainingData, TrainOptions } from '../options.ts'
import { train } from '../train.ts'
import { smallImages } from './small.ts'

/** A data set of `smallImages`, 90 to train and 31 to test. */
export const images = smallImages(90)
export const held = smallImages(31, 5)
export const dataset = {
  name: 'small',
  train: images,
  test: held,
  classNames: ['a', 'b', 'c'],
  source: { kind: 'memory' as const, sha256: {} },
}

export async function collect(
  model: LayersModel,
  data: TrainingData,
  options: TrainOptions,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  for await (const event of train(model, data, options)) events.push(event)
  return events
}

/** The TreadleError that `make` throws. */
export async function refusal(make: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await make()
  } catch (error) {
    if (isTreadleError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
