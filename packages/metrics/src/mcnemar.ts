import { exp } from '@treadle/core'
import { type IntegerVector, checkIntegers, checkPaired, checkShape, refuse } from './check.ts'

/** Below this number of samples that only one classifier has right, the exact test is used (as statsmodels advises). */
const FEW = 25

/** How the mistakes of two classifiers on the same samples compare. */
export interface McNemar {
  /** Samples that only the first classifier has right. */
  readonly onlyFirst: number
  /** Samples that only the second classifier has right. */
  readonly onlySecond: number
  /** `exact`: binomial, for fewer than 25 such samples. `chi-square`: with continuity correction. */
  readonly method: 'exact' | 'chi-square'
  /** Of `exact` the smaller of the two numbers; of `chi-square` (|onlyFirst − onlySecond| − 1)² / (onlyFirst + onlySecond). */
  readonly statistic: number
  /** Two-sided, in [0, 1]: how likely a difference of this size is between classifiers of equal error rate. */
  readonly pValue: number
}

/**
 * McNemar's test (1947) of two classifiers on the same samples, as `mcnemar` of statsmodels computes it.
 * @param labels shape [count], integers
 * @param first predictions of the first classifier, shape [count], integers
 * @param second predictions of the second classifier, shape [count], integers
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function mcnemar(labels: IntegerVector, first: IntegerVector, second: IntegerVector): McNemar {
  const operation = 'mcnemar'
  checkPaired(operation, { labels, first })
  checkPaired(operation, { labels, second })
  for (const [name, values] of Object.entries({ labels, first, second }))
    checkIntegers(operation, name, values)
  let onlyFirst = 0
  let onlySecond = 0
  for (let i = 0; i < labels.length; i++) {
    const [one, other] = [first[i] === labels[i], second[i] === labels[i]]
    if (one && !other) onlyFirst += 1
    if (other && !one) onlySecond += 1
  }
  const discordant = onlyFirst + onlySecond
  if (discordant < FEW) {
    const statistic = Math.min(onlyFirst, onlySecond)
    const pValue = twoSidedBinomial(discordant, statistic)
    return { onlyFirst, onlySecond, method: 'exact', statistic, pValue }
  }
  const statistic = (Math.abs(onlyFirst - onlySecond) - 1) ** 2 / discordant
  return { onlyFirst, onlySecond, method: 'chi-square', statistic, pValue: chiSquareTail(statistic) }
}

/** Twice the probability of at most `few` of `count` throws of a fair coin, at most 1; exact for count < 25. */
function twoSidedBinomial(count: number, few: number): number {
  let ways = 1
  let sum = 1
  for (let k = 1; k <= few; k++) sum += ways = (ways * (count - k + 1)) / k
  return Math.min(1, (2 * sum) / 2 ** count)
}

/** The probability that a χ² variable with one degree of freedom exceeds `x`: erfc(√(x/2)), to 1e-13 relative. */
function chiSquareTail(x: number): number {
  const half = x / 2
  const scale = exp(-half) * Math.sqrt(half / Math.PI)
  if (half < 1.5) {
    // Series of the lower incomplete gamma function of 1/2.
    let term = 2
    let sum = term
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= half / (n + 0.5)
    return 1 - scale * sum
  }
  // Its upper part as a continued fraction, from the innermost term outwards.
  let fraction = 0
  for (let n = 200; n >= 1; n--) fraction = (n * (n - 0.5)) / (half + 2 * n + 0.5 - fraction)
  return scale / (half + 0.5 - fraction)
}

/**
 * p values adjusted for testing several hypotheses at once (Holm, 1979), in the order given.
 * @param pValues each in [0, 1]
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function holm(pValues: readonly number[]): number[] {
  checkShape('holm', 'pValues', pValues, ['number'])
  pValues.forEach((value, i) => {
    if (!(value >= 0 && value <= 1)) refuse('holm', `\`pValues[${i}]\` (=${value}) must be from 0 to 1.`)
  })
  const adjusted = [...pValues]
  const order = [...pValues.keys()].toSorted((a, b) => (pValues[a] as number) - (pValues[b] as number))
  let highest = 0
  for (const [rank, i] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[i] as number)))
    adjusted[i] = highest
  }
  return adjusted
}
