import { type LabelledImages, TreadleError, imageBytes, samplesProblem } from '@treadle/core'
import type { Channels } from '@treadle/image'
import { featureDistance } from './distance.ts'
import { pictureFeatures } from './features.ts'
import type { TrainingStatistics } from './schema.ts'

/** The part of the training pictures that lies below the limit. */
const PART = 0.99
/** Fewer pictures say too little. */
const FEWEST = 20
/** Values of all pictures that are looked at, which bounds the time to about half a second. */
const MOST_VALUES = 2 ** 24
const MOST_PICTURES = 8192
/** Added to each variance: no feature is exact, even where all training pictures agree. */
const VARIANCE = 1e-4

type Moments = Pick<TrainingStatistics, 'mean' | 'whitening'>

/**
 * Statistics of training pictures, at most 8,192 of them at equal distances, which a saved model keeps: for
 * `trainingStatistics` of `classMetadata`. A picture lies far from them if its Mahalanobis distance in a few features is
 * larger than that of 99 % of the training pictures, each measured with statistics of the other half.
 *
 * @param images prepared by the contract of the network
 * @returns undefined for fewer than 20 pictures, and for other than 1 or 3 channels
 * @throws TreadleError `MODEL_BAD_OPTION`
 * @example
 * const metadata = classMetadata(model, { classNames, trainingStatistics: trainingStatistics(data.train) })
 */
export function trainingStatistics(images: LabelledImages): TrainingStatistics | undefined {
  const problem = samplesProblem(images, false, 0)
  if (problem !== undefined || images.kind !== 'images')
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `trainingStatistics: \`images\` ${problem ?? 'must be images.'}`,
    )
  const { count, channels } = images
  if (count < FEWEST || (channels !== 1 && channels !== 3)) return undefined
  const features = chosen(images, channels)
  const halves = [0, 1].map((half) => features.filter((_, index) => index % 2 === half))
  const distances = halves.flatMap((half, index) => {
    const others = moments(halves[1 - index]!)
    return half.map((picture) => featureDistance(picture, others))
  })
  const limit = distances.sort((a, b) => a - b)[Math.ceil(PART * distances.length) - 1]!
  return { ...moments(features), limit: short(Math.max(limit, 1e-6)) }
}

function chosen(images: LabelledImages, channels: Channels): Float64Array[] {
  const { count, width, height } = images
  const size = width * height * channels
  const most = Math.min(count, MOST_PICTURES, Math.max(256, Math.floor(MOST_VALUES / size)))
  return Array.from({ length: most }, (_, index) => {
    const sample = Math.floor((index * count) / most)
    const data = imageBytes(images, sample, sample + 1)
    return pictureFeatures({ width, height, channels, data })
  })
}

/** Mean and inverse Cholesky factor; the fewer the pictures, the smaller the covariances that they are trusted for. */
function moments(pictures: readonly Float64Array[]): Moments {
  const size = pictures[0]!.length
  const mean = new Float64Array(size)
  for (const picture of pictures) for (let i = 0; i < size; i++) mean[i]! += picture[i]! / pictures.length
  const covariance = Array.from({ length: size }, () => new Float64Array(size))
  const trust = pictures.length / (pictures.length + size)
  for (const picture of pictures) {
    const centred = picture.map((value, i) => value - mean[i]!)
    for (const [i, row] of covariance.entries())
      for (let j = 0; j <= i; j++) row[j]! += centred[i]! * centred[j]!
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) covariance[i]![j]! *= trust / pictures.length
    covariance[i]![i] = covariance[i]![i]! / pictures.length + VARIANCE
  }
  const whitening = inverseOf(cholesky(covariance)).flatMap((row, i) => [...row.subarray(0, i + 1)])
  return { mean: [...mean].map(short), whitening: whitening.map(short) }
}

/** The lower factor of a positive definite matrix, of which the lower triangle is given; in place. */
function cholesky(matrix: Float64Array[]): Float64Array[] {
  for (const [i, row] of matrix.entries())
    for (let j = 0; j <= i; j++) {
      let sum = row[j]!
      for (let k = 0; k < j; k++) sum -= row[k]! * matrix[j]![k]!
      row[j] = i === j ? Math.sqrt(sum) : sum / matrix[j]![j]!
    }
  return matrix
}

/** The inverse of a lower triangular matrix. */
function inverseOf(lower: readonly Float64Array[]): Float64Array[] {
  const inverse = lower.map((row) => new Float64Array(row.length))
  for (const [i, row] of inverse.entries()) {
    row[i] = 1 / lower[i]![i]!
    for (let j = 0; j < i; j++) {
      let sum = 0
      for (let k = j; k < i; k++) sum += lower[i]![k]! * inverse[k]![j]!
      row[j] = -sum * row[i]
    }
  }
  return inverse
}

/** Six digits are enough, and make a short file. */
const short = (value: number): number => Number(value.toPrecision(6))
