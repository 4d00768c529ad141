import {
  epochMetrics,
  higherIsBetter,
  metricOf,
  type EpochMetric,
  type History,
  type PublishedResult,
} from '@treadle/core'
import type { ClassificationReport } from '@treadle/metrics'

/** A value of this run compared with the baseline's. */
export interface Compared {
  readonly run: number | undefined
  readonly baseline: number | undefined
  /** run − baseline, from the rounded values that are shown, so that it never contradicts them. */
  readonly difference: number | undefined
  /** Whether this run is better; undefined where nothing differs or there is no baseline. */
  readonly better: boolean | undefined
}

/** Decimals in which the values of a history are published and compared. */
export const historyDigits = 4
/** Decimals in which the metrics of a class are published and compared. */
export const classDigits = 2

/** Accuracy first, as it is what a reader looks for. */
export const metricNames: readonly EpochMetric[] = [
  'accuracy',
  ...(Object.keys(epochMetrics) as EpochMetric[]).filter((name) => name !== 'accuracy'),
]

export type HistoryItem = keyof History

const allItems: readonly HistoryItem[] = metricNames.flatMap((name) => [name, `val_${name}` as const])

/** "training accuracy", "validation accuracy". */
export function historyLabel(item: HistoryItem): string {
  return `${item.startsWith('val_') ? 'validation' : 'training'} ${epochMetrics[metricOf(item) as EpochMetric].label}`
}

/** The metrics that a history holds, training before validation. */
export function historyItems(history: Partial<History>): HistoryItem[] {
  return allItems.filter((item) => (history[item]?.length ?? 0) > 0)
}

/** The baseline's values of a metric, one for each epoch, where it has any. */
export function baselineValues(
  baseline: PublishedResult | undefined,
  item: HistoryItem,
): readonly number[] | undefined {
  const history: Partial<History> | undefined = baseline?.history
  return history?.[item]
}

/** The epochs that the baseline trained. */
export function baselineEpochs({ history }: PublishedResult): number {
  return history.loss.length
}

export interface EpochComparison {
  /** Counted from 1. */
  readonly epoch: number
  readonly metrics: { readonly [Item in HistoryItem]?: Compared }
}

/** The epochs of a run, epoch k compared with the baseline's epoch k. */
export function compareEpochs(history: History, baseline?: PublishedResult): EpochComparison[] {
  const items = historyItems(history)
  return Array.from({ length: history.loss.length }, (_, i) => ({
    epoch: i + 1,
    metrics: Object.fromEntries(
      items.map((item) => [
        item,
        compare(history[item]?.[i], baselineValues(baseline, item)?.[i], historyDigits, higherIsBetter(item)),
      ]),
    ),
  }))
}

export interface ClassComparison {
  readonly name: string
  readonly precision: Compared
  readonly recall: Compared
  readonly f1: Compared
}

/** The classes of a run, each compared with the baseline's where it has as many classes. */
export function compareClasses(
  report: ClassificationReport,
  baseline: PublishedResult | undefined,
): ClassComparison[] {
  const published = baseline?.classes.length === report.classes.length ? baseline.classes : []
  return report.classes.map((row, i) => ({
    name: row.name,
    precision: compare(row.precision, published[i]?.precision, classDigits, true),
    recall: compare(row.recall, published[i]?.recall, classDigits, true),
    f1: compare(row.f1, published[i]?.f1, classDigits, true),
  }))
}

function compare(
  run: number | undefined,
  baseline: number | undefined,
  digits: number,
  higherBetter: boolean,
): Compared {
  if (run === undefined || baseline === undefined || !Number.isFinite(run))
    return { run, baseline, difference: undefined, better: undefined }
  const difference = Number((Number(run.toFixed(digits)) - Number(baseline.toFixed(digits))).toFixed(digits))
  const better = difference === 0 ? undefined : difference > 0 === higherBetter
  return { run, baseline, difference, better }
}
