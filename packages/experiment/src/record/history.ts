import { epochMetrics, metricOf, type EpochLogs, type EpochMetric, type History } from '@treadle/core'
import * as z from 'zod/mini'

const notNegative = z.number().check(z.gte(0))
const ranges = { share: z.number().check(z.gte(0), z.lte(1)), notNegative, any: z.number() }

const metricNames = Object.keys(epochMetrics) as EpochMetric[]
/** All metrics of the training, then those of the validation. */
const METRICS: readonly (keyof EpochLogs)[] = [
  ...metricNames,
  ...metricNames.map((name) => `val_${name}` as const),
]

const optionalMetrics = Object.fromEntries(
  METRICS.map((name) => [
    name,
    z.exactOptional<z.ZodMiniNumber>(ranges[epochMetrics[metricOf(name) as EpochMetric].range]),
  ]),
) as Record<keyof EpochLogs, z.ZodMiniExactOptional<z.ZodMiniNumber>>

/** One line of `history.jsonl`: an epoch, counted from 1. */
export const historyEntry = z.object({
  epoch: z.int().check(z.gte(1)),
  ...optionalMetrics,
  loss: z.number(),
  learningRate: z.exactOptional(notNegative),
  seconds: z.exactOptional(notNegative),
})

export type HistoryEntry = z.infer<typeof historyEntry>

/** One array for each metric that every epoch has, as `fit` of Keras returns them. */
export function historyOf(entries: readonly HistoryEntry[]): History {
  const present = METRICS.filter(
    (name) => entries.length > 0 && entries.every((entry) => entry[name] !== undefined),
  )
  const columns = present.map((name) => [name, entries.map((entry) => entry[name] as number)])
  return { loss: [], ...Object.fromEntries(columns) }
}

/** The epochs in a checkpoint's history, with learning rates and times from `history.jsonl`. */
export function pastEpochs(history: History, recorded: readonly HistoryEntry[]): HistoryEntry[] {
  const columns = Object.entries(history) as [keyof History, number[]][]
  return history.loss.map((_, i) => ({
    ...recorded[i],
    epoch: i + 1,
    ...Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
  })) as HistoryEntry[]
}

/** The value by which epochs compare: the validation loss, or the training loss without a validation. */
export const rankingLoss = (entry: HistoryEntry): number => entry.val_loss ?? entry.loss
