import type { Run } from '@treadle/experiment'
import { type SeedsSummary, studentInterval } from '@treadle/metrics'
import { reproduceJson } from './json.ts'

/** The object that `reproduce --folds` writes and prints. */
export function foldsJson(summary: SeedsSummary, runs: readonly Run[]): object {
  const { seeds, ...rest } = summary
  const [low, high] = studentInterval(summary.accuracy)
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
  const [low, high] = studentInterval(accuracy)
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
