import { show } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ModelSamples } from '../../data/arrays.ts'
import { badScales } from './bad-scales.ts'
import { scaledSize } from './image-size.ts'
import { modelAtSize } from './model-at-size.ts'

const isScale = (value: unknown) => typeof value === 'number' && value > 0 && value <= 1

/**
 * Checks the option `imageScales`, and that the weights of the model are the same for each size.
 * @throws TreadleError `TRAINER_BAD_OPTION`
 */
export function checkImageScales(
  scales: readonly number[],
  model: LayersModel,
  samples: ModelSamples,
  cachesFeatures: boolean,
): void {
  if (!Array.isArray(scales) || !scales.every(isScale))
    throw badScales(`(=${show(scales)}) must be a list of numbers above 0 and at most 1.`)
  if (scales.length === 0) return
  if (samples.kind !== 'images')
    throw badScales('is for images, but the training data are none. Leave it out.')
  if (samples.channels > 4)
    throw badScales(`is for images of 1 to 4 channels, but these have ${samples.channels}. Leave it out.`)
  if (cachesFeatures)
    throw badScales(
      'cannot be combined with `cacheFeatures`: images of other sizes have other features. Leave one of them out.',
    )
  for (const scale of new Set(scales)) modelAtSize(model, samples, scaledSize(samples, scale)).dispose()
}
