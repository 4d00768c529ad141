import type { PublishedResult } from '@treadle/core'
import type { SeedsSummary, Spread } from '@treadle/metrics'
import { checkShape } from './refuse.ts'
import { publishedShape, seedsShape } from './shapes.ts'
import {
  type HistoryItem,
  baselineEpochs,
  baselineValues,
  classDigits,
  historyDigits,
  historyItems,
  historyLabel,
} from './analysis/baseline.ts'
import type { Block, Cell, Column, Table } from './blocks.ts'
import { fixed, plural } from './words.ts'

const metrics = ['precision', 'recall', 'f1'] as const

/** Mean ± sd over seeds for each epoch and class, with the baseline's values and the verdict, as data. */
export function seedsBlocks(summary: SeedsSummary, baseline?: PublishedResult): Block[] {
  checkShape('formatSeeds', 'summary', summary, seedsShape)
  if (baseline !== undefined) checkShape('formatSeeds', 'baseline', baseline, publishedShape)
  const { verdict, weakestClass } = summary
  return [
    ...epochTables(summary, baseline),
    // The published values by class are those of its last epoch.
    classTable(summary, verdict && baseline),
    { kind: 'prose', text: `The class with the lowest mean F1 is ${weakestClass}.` },
    ...(verdict ? [{ kind: 'prose', text: verdict.text } as const] : []),
    ...(baseline && !verdict ? [{ kind: 'prose', text: noVerdict(summary, baseline) } as const] : []),
  ]
}

function noVerdict({ epochs }: SeedsSummary, baseline: PublishedResult): string {
  return `The baseline trained for ${plural(baselineEpochs(baseline), 'epoch')}, these runs for ${epochs.length}: the final results do not compare. The tables compare epoch k with epoch k.`
}

/** One table for each metric, epoch k compared with the baseline's epoch k. */
function epochTables({ epochs }: SeedsSummary, baseline: PublishedResult | undefined): Table[] {
  const present = historyItems(Object.fromEntries(Object.keys(epochs[0] ?? {}).map((item) => [item, [0]])))
  const values = (item: HistoryItem) => baselineValues(baseline, item)
  return (['accuracy', 'loss', 'mae'] as const)
    .map((metric) => present.filter((item) => item.replace('val_', '') === metric))
    .filter((items) => items.length > 0)
    .map((items) => ({
      kind: 'table',
      title: 'Mean ± standard deviation by epoch',
      columns: [
        { heading: 'epoch', align: 'right' },
        ...items.flatMap((item) => spreadColumns(historyLabel(item), values(item) !== undefined)),
      ],
      rows: epochs.map((epoch, i) => [
        String(i + 1),
        ...items.flatMap((item) =>
          spreadCells(
            epoch[item] as Spread,
            historyDigits,
            values(item)?.[i],
            historyDigits,
            values(item) !== undefined,
          ),
        ),
      ]),
    }))
}

function classTable({ classes }: SeedsSummary, baseline: PublishedResult | undefined): Table {
  const published = baseline?.classes.length === classes.length ? baseline.classes : undefined
  return {
    kind: 'table',
    title: 'Mean ± standard deviation by class',
    columns: [
      { heading: 'class', align: 'left' },
      ...metrics.flatMap((metric) => spreadColumns(metric === 'f1' ? 'F1' : metric, published !== undefined)),
    ],
    rows: classes.map((row, i) => [
      row.name,
      ...metrics.flatMap((metric) =>
        spreadCells(row[metric], 3, published?.[i]?.[metric], classDigits, published !== undefined),
      ),
    ]),
  }
}

function spreadColumns(heading: string, compared: boolean): Column[] {
  return [
    { heading, align: 'right' },
    ...(compared ? [{ heading: 'baseline', short: 'base', align: 'right' } as const] : []),
  ]
}

function spreadCells(
  { mean, sd }: Spread,
  digits: number,
  baseline: number | undefined,
  baselineDigits: number,
  compared: boolean,
): Cell[] {
  const own = `${fixed(mean, digits)} ± ${fixed(sd, digits)}`
  return compared ? [own, { text: fixed(baseline, baselineDigits), tone: 'quiet' }] : [own]
}
