import type { History, PublishedResult } from '@treadle/core'
import type { ClassificationReport } from '@treadle/metrics'

/** One of our figures beside the published one. */
export interface Compared {
  readonly ours: number | undefined
  readonly reference: number | undefined
  /** ours − reference, both as printed; so it never contradicts the two beside it. */
  readonly difference: number | undefined
  /** Whether the difference is for the better; undefined where there is none. */
  readonly better: boolean | undefined
}

/** Decimals in which figures of a history are published and compared. */
export const historyDigits = 4
/** Decimals in which figures of a class are published and compared. */
export const classDigits = 2

export const historyLabels = {
  accuracy: 'training accuracy',
  val_accuracy: 'validation accuracy',
  loss: 'training loss',
  val_loss: 'validation loss',
  mae: 'training MAE',
  val_mae: 'validation MAE',
} as const satisfies Record<keyof History, string>

/** The figures a history holds, training before validation. */
export function historyItems(history: History): (keyof History)[] {
  return (Object.keys(historyLabels) as (keyof History)[]).filter((item) => (history[item]?.length ?? 0) > 0)
}

/** The published values of a figure, one an epoch, where there are any. */
export function publishedValues(
  reference: PublishedResult | undefined,
  item: keyof History,
): readonly number[] | undefined {
  const history: Partial<History> = reference?.history ?? {}
  return history[item]
}

export interface EpochRow {
  readonly epoch: number
  readonly figures: { readonly [Item in keyof History]?: Compared }
}

/** The epochs of a run, counted from 1, each beside that of the reference. */
export function compareEpochs(history: History, reference?: PublishedResult): EpochRow[] {
  const items = historyItems(history)
  return Array.from({ length: history.loss.length }, (_, i) => ({
    epoch: i + 1,
    figures: Object.fromEntries(
      items.map((item) => [
        item,
        compare(
          history[item]?.[i],
          publishedValues(reference, item)?.[i],
          historyDigits,
          item.endsWith('accuracy'),
        ),
      ]),
    ),
  }))
}

export interface ClassComparison {
  readonly name: string
  readonly support: number
  readonly precision: Compared
  readonly recall: Compared
  readonly f1: Compared
}

/** The classes of a run, each beside that of the reference where it has as many classes. */
export function compareClasses(report: ClassificationReport, reference?: PublishedResult): ClassComparison[] {
  const published = reference?.classes.length === report.classes.length ? reference.classes : []
  return report.classes.map((row, i) => ({
    name: row.name,
    support: row.support,
    precision: compare(row.precision, published[i]?.precision, classDigits, true),
    recall: compare(row.recall, published[i]?.recall, classDigits, true),
    f1: compare(row.f1, published[i]?.f1, classDigits, true),
  }))
}

function compare(
  ours: number | undefined,
  reference: number | undefined,
  digits: number,
  higherIsBetter: boolean,
): Compared {
  if (ours === undefined || reference === undefined || !Number.isFinite(ours))
    return { ours, reference, difference: undefined, better: undefined }
  const difference = Number(
    (Number(ours.toFixed(digits)) - Number(reference.toFixed(digits))).toFixed(digits),
  )
  return {
    ours,
    reference,
    difference,
    better: difference === 0 ? undefined : difference > 0 === higherIsBetter,
  }
}
