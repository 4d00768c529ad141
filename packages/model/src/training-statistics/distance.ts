import type { Preprocessing } from '@treadle/core'
import type { Inputs } from '../image/prepare.ts'
import { pictureFeatures } from './features.ts'
import type { TrainingStatistics } from './schema.ts'

/** Mahalanobis distance of features from the mean of the training pictures. */
export function featureDistance(
  features: Float64Array,
  { mean, whitening }: Pick<TrainingStatistics, 'mean' | 'whitening'>,
): number {
  let sum = 0
  for (let row = 0, at = 0; row < features.length; row++) {
    let value = 0
    for (let column = 0; column <= row; column++, at++)
      value += whitening[at]! * (features[column]! - mean[column]!)
    sum += value * value
  }
  return Math.sqrt(sum)
}

/**
 * How far a prepared picture lies from the training pictures: 1 is the distance that 99 % of them stay below.
 * @returns undefined where the scale of the contract is 0
 */
export function inputDistance(
  input: Inputs,
  { width, height, channels, scale, offset }: Preprocessing,
  statistics: TrainingStatistics,
): number | undefined {
  const data =
    input instanceof Uint8Array ? input : Float32Array.from(input, (value) => (value - offset) / scale)
  const features = pictureFeatures({ width, height, channels, data })
  const distance = featureDistance(features, statistics) / statistics.limit
  return Number.isFinite(distance) ? distance : undefined
}
