import { checkShape, refuse } from './check.ts'
import type { Spread } from './seeds.ts'

/** The 97.5 % quantiles of Student's t for 1 to 19 degrees of freedom (`scipy.stats.t.ppf(0.975, df)`). */
const quantiles = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
  2.200985, 2.178813, 2.160369, 2.144787, 2.13145, 2.119905, 2.109816, 2.100922, 2.093024,
]

/** The same quantile of the normal distribution. */
const NORMAL = 1.959963984540054

/** The expansion by the normal quantile (Abramowitz and Stegun, 26.7.5): from 20 degrees on it is right to 2e-7. */
function quantile(degrees: number): number {
  const known = quantiles[degrees - 1]
  if (known !== undefined) return known
  const z = NORMAL
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ]
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z)
}

/**
 * The 95 % interval of a mean over independent runs, by Student's t: mean ± t · sd / √count.
 * @param spread of at least two values
 * @throws TreadleError `METRICS_BAD_INPUT`
 * @example
 * const [low, high] = studentInterval(spreadOf([0.84, 0.86, 0.85]))
 */
export function studentInterval(spread: Spread): readonly [low: number, high: number] {
  const operation = 'studentInterval'
  checkShape(operation, 'spread', spread, { mean: 'number', sd: 'number', count: 'number' })
  const { mean, sd, count } = spread
  if (!Number.isInteger(count) || count < 2)
    refuse(operation, `\`spread.count\` (=${count}) must be a whole number of at least 2.`)
  const half = (quantile(count - 1) * sd) / Math.sqrt(count)
  return [mean - half, mean + half]
}
