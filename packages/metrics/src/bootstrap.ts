import { Purpose, RandomStream } from '@treadle/core'
import { type IntegerVector, checkIntegers, checkPaired, refuse } from './check.ts'

export interface AccuracyInterval {
  readonly accuracy: number
  readonly low: number
  readonly high: number
  /** The share of resampled accuracies between `low` and `high`. */
  readonly confidence: number
  readonly resamples: number
}

/**
 * The accuracy with a percentile bootstrap interval (Efron, 1979): rows drawn with replacement, `resamples` times.
 * It says how the figure would vary over test sets of this size, not over training seeds.
 * @param labels shape [count], integers
 * @param predictions shape [count], integers
 * @param options.confidence in (0, 1), 0.95 unless given; `resamples` 1,000; `seed` 0
 * @throws TreadleError `METRICS_BAD_INPUT`, `CORE_BAD_SEED`
 */
export function bootstrapAccuracy(
  labels: IntegerVector,
  predictions: IntegerVector,
  {
    confidence = 0.95,
    resamples = 1000,
    seed = 0,
  }: { confidence?: number; resamples?: number; seed?: number } = {},
): AccuracyInterval {
  const operation = 'bootstrapAccuracy'
  checkPaired(operation, labels, predictions, '`labels` and `predictions`')
  checkIntegers(operation, 'labels', labels)
  checkIntegers(operation, 'predictions', predictions)
  if (!(confidence > 0 && confidence < 1))
    refuse(operation, `\`confidence\` (=${confidence}) must lie between 0 and 1, such as 0.95.`)
  if (!Number.isInteger(resamples) || resamples < 1)
    refuse(operation, `\`resamples\` (=${resamples}) must be an integer of at least 1.`)

  const count = labels.length
  const hit = Uint8Array.from({ length: count }, (_, i) => Number(labels[i] === predictions[i]))
  const hits = hit.reduce((sum, one) => sum + one, 0)
  const accuracies = new Float64Array(resamples)
  for (let resample = 0; resample < resamples; resample++) {
    const stream = new RandomStream(seed, Purpose.bootstrap, { step: resample })
    let sum = 0
    for (let i = 0; i < count; i++) sum += hit[Math.floor((stream.at(i) / 2 ** 32) * count)] as number
    accuracies[resample] = sum / count
  }
  accuracies.sort()
  const tail = (1 - confidence) / 2
  return {
    accuracy: hits / count,
    low: quantile(accuracies, tail),
    high: quantile(accuracies, 1 - tail),
    confidence,
    resamples,
  }
}

/** numpy's default quantile: linear between the two nearest of the sorted values. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] as number
  const high = sorted[Math.ceil(at)] as number
  return low + (high - low) * (at - Math.floor(at))
}
