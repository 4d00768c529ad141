import { checkOptions, Purpose, RandomStream, show } from '@treadle/core'
import { type IntegerVector, checkFinite, checkIntegers, checkPaired, refuse } from './check.ts'

/** Each takes a number of eight bytes. */
const MOST_RESAMPLES = 10_000_000

export interface BootstrapOptions {
  readonly confidence?: number
  readonly resamples?: number
  readonly seed?: number
}

interface Interval {
  readonly low: number
  readonly high: number
  /** The share of resampled values between `low` and `high`. */
  readonly confidence: number
  readonly resamples: number
}

export interface AccuracyInterval extends Interval {
  readonly accuracy: number
}

export interface MeanInterval extends Interval {
  readonly mean: number
}

/**
 * The accuracy with a percentile bootstrap interval (Efron, 1979): samples drawn with replacement, `resamples` times.
 * It shows how the accuracy varies over test sets of this size, not over training seeds.
 *
 * Only the number of correct samples counts, and that number is binomial: each resample is one draw of the number
 * instead of one draw of every sample.
 * @param labels shape [count], integers
 * @param predictions shape [count], integers
 * @param options.confidence in (0, 1), 0.95 unless given; `resamples` 1,000, at most 10,000,000; `seed` 0
 * @throws TreadleError `METRICS_BAD_INPUT`, `CORE_BAD_SEED`
 */
export function bootstrapAccuracy(
  labels: IntegerVector,
  predictions: IntegerVector,
  options: BootstrapOptions = {},
): AccuracyInterval {
  const operation = 'bootstrapAccuracy'
  const { confidence, resamples, seed } = checkedOptions(operation, options)
  checkPaired(operation, { labels, predictions })
  checkIntegers(operation, 'labels', labels)
  checkIntegers(operation, 'predictions', predictions)

  const count = labels.length
  let hits = 0
  for (let i = 0; i < count; i++) if (labels[i] === predictions[i]) hits += 1
  const cumulative = binomial(count, hits)
  const stream = new RandomStream(seed, Purpose.bootstrap)
  const accuracies = Float64Array.from(
    { length: resamples },
    (_, resample) => firstAbove(cumulative, stream.uniform(resample)) / count,
  )
  return { accuracy: hits / count, ...percentiles(accuracies, confidence), confidence, resamples }
}

/**
 * The mean of a value of each sample, such as its absolute error, with a percentile bootstrap interval: samples drawn
 * with replacement, `resamples` times. Of the differences between two models on the same samples, it compares the models.
 * @param values shape [count], finite
 * @param options as of `bootstrapAccuracy`
 * @throws TreadleError `METRICS_BAD_INPUT`, `CORE_BAD_SEED`
 */
export function bootstrapMean(values: ArrayLike<number>, options: BootstrapOptions = {}): MeanInterval {
  const operation = 'bootstrapMean'
  const { confidence, resamples, seed } = checkedOptions(operation, options)
  checkPaired(operation, { values })
  checkFinite(operation, 'values', values)
  const count = values.length
  const stream = new RandomStream(seed, Purpose.bootstrap)
  let draw = 0
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += values[Math.floor(stream.uniform(draw++) * count)] as number
    return sum / count
  })
  let total = 0
  for (let i = 0; i < count; i++) total += values[i] as number
  return { mean: total / count, ...percentiles(means, confidence), confidence, resamples }
}

function checkedOptions(operation: string, options: BootstrapOptions): Required<BootstrapOptions> {
  checkOptions(operation, options, { confidence: 'number', resamples: 'any', seed: 'any' })
  const { confidence = 0.95, resamples = 1000, seed = 0 } = options
  if (!(confidence > 0 && confidence < 1))
    refuse(operation, `\`confidence\` (=${show(confidence)}) must lie between 0 and 1, such as 0.95.`)
  if (!Number.isInteger(resamples) || resamples < 1 || resamples > MOST_RESAMPLES)
    refuse(operation, `\`resamples\` (=${show(resamples)}) must be an integer from 1 to ${MOST_RESAMPLES}.`)
  return { confidence, resamples, seed }
}

/** The interval that holds the share `confidence` of the values, with equal shares below and above. */
function percentiles(values: Float64Array, confidence: number): { low: number; high: number } {
  const sorted = values.toSorted()
  const tail = (1 - confidence) / 2
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) }
}

/**
 * The probability of at most k correct samples of `count`, each correct with probability hits / count: shape
 * [count + 1], the last 1. By the ratio of neighbours from the likeliest outwards, so that nothing underflows there.
 */
export function binomial(count: number, hits: number): Float64Array {
  const chances = new Float64Array(count + 1)
  chances[hits] = 1
  const odds = hits / (count - hits)
  for (let k = hits; k < count; k++) chances[k + 1] = ((chances[k] as number) * odds * (count - k)) / (k + 1)
  for (let k = hits; k > 0; k--) chances[k - 1] = ((chances[k] as number) * k) / (odds * (count - k + 1))
  let sum = 0
  const cumulative = chances.map((chance) => (sum += chance))
  return cumulative.map((value) => value / sum)
}

/** The first index whose value is above `x`, of values that rise and end above it. */
function firstAbove(values: Float64Array, x: number): number {
  let from = 0
  let to = values.length - 1
  while (from < to) {
    const middle = (from + to) >> 1
    if ((values[middle] as number) > x) to = middle
    else from = middle + 1
  }
  return from
}

/** numpy's default quantile: linear between the two nearest of the sorted values. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] as number
  const high = sorted[Math.ceil(at)] as number
  return low + (high - low) * (at - Math.floor(at))
}
