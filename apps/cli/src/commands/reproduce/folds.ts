import type { Run } from '@treadle/experiment'
import type { SeedsSummary, Spread } from '@treadle/metrics'
import { reproduceJson } from './json.ts'

/** The 97.5 % quantiles of Student's t for 1 to 19 degrees of freedom (`scipy.stats.t.ppf(0.975, df)`). */
const quantiles = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
  2.200985, 2.178813, 2.160369, 2.144787, 2.13145, 2.119905, 2.109816, 2.100922, 2.093024,
]

/**
 * The interval of the mean over folds: mean ± t · sd / √K, of 95 % if the folds were independent. Their training samples
 * overlap, so it is somewhat too narrow.
 */
export function foldInterval({ mean, sd, count }: Spread): readonly [low: number, high: number] {
  const half = ((quantiles[count - 2] as number) * sd) / Math.sqrt(count)
  return [mean - half, mean + half]
}

/** The object that `reproduce --folds` writes and prints. */
export function foldsJson(summary: SeedsSummary, runs: readonly Run[]): object {
  const { seeds, ...rest } = summary
  const [low, high] = foldInterval(summary.accuracy)
  return {
    folds: seeds.length,
    seed: seeds[0],
    interval: { level: 0.95, low, high },
    ...reproduceJson(rest, runs),
  }
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)} %`

/** A few lines: accuracy with its interval, and the classes. */
export function formatFolds({ accuracy, classes }: SeedsSummary): string {
  const [low, high] = foldInterval(accuracy)
  const widest = Math.max(...classes.map(({ name }) => name.length))
  const rows = classes.map(
    ({ name, f1 }) => `  ${name.padEnd(widest)}  F1 ${f1.mean.toFixed(4)} ± ${f1.sd.toFixed(4)}`,
  )
  return [
    `Accuracy over ${accuracy.count} folds: ${percent(accuracy.mean)} ± ${percent(accuracy.sd)} (mean ± sd), 95 % interval ${percent(low)} to ${percent(high)}`,
    'The interval is that of Student\u2019s t for independent folds. Their training samples overlap, so it is somewhat too narrow.',
    ...rows,
    '',
  ].join('\n')
}
