import type { History, PublishedResult } from '@treadle/core'
import { checkShape, refuse } from './check.ts'
import { type ClassificationReport, reportShape } from './classification-report.ts'

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)} %`

/** One of several runs that differ only in their seed. */
export interface SeedRun {
  readonly seed: number
  readonly history: History
  /** On the test samples, with the classes in the same order in all runs. */
  readonly report: ClassificationReport
  /** Final test accuracy, in [0, 1]. */
  readonly accuracy: number
}

/** Mean and sample standard deviation (divisor n − 1); `sd` is NaN for a single value. */
export interface Spread {
  readonly mean: number
  readonly sd: number
  readonly count: number
}

export interface SeedsSummary {
  readonly seeds: readonly number[]
  readonly accuracy: Spread
  /** One entry for each epoch that every run finished; without the metrics that some run lacks. */
  readonly epochs: readonly { readonly [Item in keyof History]: Spread }[]
  readonly classes: readonly {
    readonly name: string
    readonly precision: Spread
    readonly recall: Spread
    readonly f1: Spread
  }[]
  /** The class of lowest mean F1. */
  readonly weakestClass: string
  readonly verdict?: Verdict
}

/** Where a published accuracy lies among the accuracies of several runs. */
export interface Verdict {
  readonly published: number
  readonly spread: Spread
  /** (published − mean) / sd; NaN for fewer than two runs or equal runs. */
  readonly z: number
  /** Whether it lies within mean ± 2 sd; undefined where `sd` is unknown. */
  readonly withinTwoSd: boolean | undefined
  /** The share of runs below it, in [0, 1]; equal runs count half. */
  readonly percentileRank: number
  /** The verdict in a sentence or two. */
  readonly text: string
}

/**
 * Summarise runs over seeds, and say where a published result lies among them. There is no verdict unless every run
 * has as many epochs as the published one.
 * @throws TreadleError `METRICS_BAD_INPUT` without runs, or where their classes differ
 */
export function summariseSeeds(runs: readonly SeedRun[], published?: PublishedResult): SeedsSummary {
  const operation = 'summariseSeeds'
  checkShape(operation, 'runs', runs, [
    { seed: 'number', history: { 'loss?': ['number'] }, report: reportShape, accuracy: 'number' },
  ])
  if (published !== undefined)
    checkShape(operation, 'published', published, {
      name: 'string',
      accuracy: 'number',
      history: { loss: 'list' },
    })
  const [first] = runs
  if (!first) refuse(operation, '`runs` is empty; give at least one run.')
  const names = first.report.classes.map(({ name }) => name)
  for (const { seed, report } of runs)
    if (report.classes.map(({ name }) => name).join('\n') !== names.join('\n'))
      refuse(operation, `the run of seed ${seed} reports other classes than that of seed ${first.seed}.`)

  const epochs = Math.min(...runs.map(({ history }) => history.loss?.length ?? 0))
  const items = (Object.keys(first.history) as (keyof History)[]).filter((item) =>
    runs.every(({ history }) => (history[item]?.length ?? 0) >= epochs),
  )
  const classes = names.map((name, c) => {
    const over = (figure: 'precision' | 'recall' | 'f1') =>
      spreadOf(runs.map(({ report }) => report.classes[c]?.[figure] as number))
    return { name, precision: over('precision'), recall: over('recall'), f1: over('f1') }
  })
  const accuracies = runs.map(({ accuracy }) => accuracy)
  const comparable =
    published && runs.every(({ history }) => history.loss.length === published.history.loss.length)
  return {
    seeds: runs.map(({ seed }) => seed),
    accuracy: spreadOf(accuracies),
    epochs: Array.from(
      { length: epochs },
      (_, epoch) =>
        Object.fromEntries(
          items.map((item) => [item, spreadOf(runs.map(({ history }) => history[item]?.[epoch] as number))]),
        ) as { loss: Spread },
    ),
    classes,
    weakestClass: classes.reduce((weakest, row) => (row.f1.mean < weakest.f1.mean ? row : weakest)).name,
    ...(comparable && { verdict: judge(published.accuracy, accuracies, published.name) }),
  }
}

/**
 * Mean and sample standard deviation of at least one value.
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function spreadOf(values: readonly number[]): Spread {
  checkShape('spreadOf', 'values', values, ['number'])
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, sd: count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN, count }
}

/**
 * Say where a published accuracy lies among the accuracies of several runs.
 * @param published in [0, 1]
 * @param accuracies one for each run, in [0, 1], at least one
 * @throws TreadleError `METRICS_BAD_INPUT` without accuracies
 */
export function judge(
  published: number,
  accuracies: readonly number[],
  name = 'the published result',
): Verdict {
  checkShape('judge', 'published', published, 'number')
  checkShape('judge', 'accuracies', accuracies, ['number'])
  checkShape('judge', 'name', name, 'string')
  if (accuracies.length === 0) refuse('judge', '`accuracies` is empty; give at least one run.')
  const spread = spreadOf(accuracies)
  const { mean, count } = spread
  // equal runs differ by rounding at most
  const sd = spread.sd < 1e-12 ? 0 : spread.sd
  const z = sd > 0 ? (published - mean) / sd : Number.NaN
  const withinTwoSd = Number.isNaN(sd) ? undefined : Math.abs(published - mean) <= 2 * sd + 1e-12
  const below = accuracies.filter((value) => value < published).length
  const equal = accuracies.filter((value) => value === published).length
  const percentileRank = (below + equal / 2) / count
  return { published, spread, z, withinTwoSd, percentileRank, text: words() }

  function words(): string {
    const result = `published accuracy of ${percent(published)}${name ? ` (${name})` : ''}`
    const gap = `${percent(Math.abs(published - mean)).replace(' %', '')} percentage points ${published < mean ? 'below' : 'above'}`
    if (count === 1)
      return `One run with an accuracy of ${percent(mean)}. The ${result} is ${gap} it. One run shows no spread: use at least 5 seeds for a verdict.`
    const own = `${count} runs: ${percent(mean)} ± ${percent(sd)} (mean ± sd)`
    if (sd === 0) {
      const position = published === mean ? 'equal to them' : `${gap} them`
      return `${own}; all runs are equal. The ${result} is ${position}.`
    }
    const place = `The ${result} is ${Math.abs(z).toFixed(1)} sd ${published < mean ? 'below' : 'above'} the mean`
    const rank = `${below} of the ${count} runs ${below === 1 ? 'is' : 'are'} lower`
    const verdict = withinTwoSd
      ? 'It is within mean ± 2 sd: consistent with these runs'
      : 'It is outside mean ± 2 sd: not consistent with these runs'
    const caution = count < 5 ? ` With ${count} seeds the sd is imprecise; use at least 5.` : ''
    return `${own}. ${place}; ${rank}. ${verdict}.${caution}`
  }
}
