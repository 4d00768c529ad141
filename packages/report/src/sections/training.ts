import { epochMetrics, metricOf, type EpochMetric, type History, type PublishedResult } from '@treadle/core'
import { checkShape } from '../refuse.ts'
import { historyShape, publishedShape } from '../shapes.ts'
import {
  type Compared,
  type HistoryItem,
  baselineEpochs,
  baselineValues,
  compareEpochs,
  historyDigits,
  historyItems,
  historyLabel,
  metricNames,
} from '../analysis/baseline.ts'
import { bestEpoch, bestEpochText } from '../analysis/best-epoch.ts'
import type { Block, Cell, Column, Table } from '../blocks.ts'
import type { CurvesFigure, Series } from '../figures.ts'
import { fixed, plural } from '../words.ts'
import { comparedCells, comparedColumns } from './compared.ts'
import type { SectionDefinition } from './section.ts'

export const training: SectionDefinition = {
  id: 'training',
  title: 'Training',
  blocks({ report: { history, reference } }) {
    if (history.loss.length === 0) return []
    const curves = metricNames.flatMap((metric) => curvesFigure(history, metric, reference) ?? [])
    const tables = epochTables(history, reference)
    const best = bestEpochText(history)
    const note: Block[] = best === undefined ? [] : [{ kind: 'prose', text: `Best epoch (*): ${best}.` }]
    if (!reference) return [...note, ...curves, ...tables]
    const text = `Each epoch is compared with the same epoch of the baseline: ${reference.name}, ${plural(baselineEpochs(reference), 'epoch')}.`
    return [{ kind: 'prose', text }, ...note, ...curves, ...tables]
  },
}

function checkHistory(operation: string, history: History, baseline: PublishedResult | undefined): void {
  checkShape(operation, 'history', history, historyShape)
  if (baseline !== undefined) checkShape(operation, 'baseline', baseline, publishedShape)
}

/**
 * A run's curves over the epochs, training and validation, with the baseline's.
 * @returns undefined where the history holds no values of that metric
 */
export function curvesFigure(
  history: History,
  metric: EpochMetric,
  baseline?: PublishedResult,
): CurvesFigure | undefined {
  checkHistory('curvesFigure', history, baseline)
  checkShape('curvesFigure', 'metric', metric, 'string')
  const own = seriesOf(history, metric, 'run')
  if (own.length === 0) return undefined
  const last = own.map(({ phase, values }) => `${phase} ${fixed(values.at(-1), historyDigits)}`).join(', ')
  return {
    kind: 'curves',
    name: metric,
    title: epochMetrics[metric].title,
    label: `${epochMetrics[metric].title} over ${plural(own[0]?.values.length ?? 0, 'epoch')}. Last epoch: ${last}.`,
    series: [...own, ...(baseline ? seriesOf(baseline.history, metric, 'baseline') : [])],
  }
}

function seriesOf(history: History, metric: EpochMetric, owner: 'run' | 'baseline'): Series[] {
  return itemsOf(history, metric).map((item) => {
    const phase = phaseOf(item)
    const name = owner === 'run' ? phase : `baseline ${phase}`
    return { name, owner, phase, values: history[item] ?? [] }
  })
}

/** The epochs: with a baseline a table for each metric, without one a single table. */
export function epochTables(history: History, baseline?: PublishedResult): Table[] {
  checkHistory('epochTables', history, baseline)
  const items = historyItems(history)
  if (items.length === 0) return []
  if (!baseline) return [epochTable('Epochs', items, history, undefined)]
  return metricNames
    .map((metric) => [metric, itemsOf(history, metric)] as const)
    .filter(([, present]) => present.length > 0)
    .map(([metric, present]) =>
      epochTable(`${epochMetrics[metric].title} by epoch`, present, history, baseline),
    )
}

function epochTable(
  title: string,
  items: readonly HistoryItem[],
  history: History,
  baseline: PublishedResult | undefined,
): Table {
  const best = bestEpoch(history)
  const compared = (item: HistoryItem) => baselineValues(baseline, item) !== undefined
  return {
    kind: 'table',
    title,
    columns: [
      { heading: 'epoch', align: 'right' },
      ...items.flatMap((item): Column[] =>
        compared(item)
          ? comparedColumns(phaseOf(item))
          : [{ heading: baseline ? phaseOf(item) : historyLabel(item), align: 'right' }],
      ),
    ],
    rows: compareEpochs(history, baseline).map(({ epoch, metrics: values }) => [
      epoch === best?.epoch ? `${epoch}*` : String(epoch),
      ...items.flatMap((item): Cell[] =>
        compared(item)
          ? comparedCells(values[item] as Compared, historyDigits)
          : [fixed(values[item]?.run, historyDigits)],
      ),
    ]),
  }
}

const itemsOf = (history: History, metric: EpochMetric) =>
  historyItems(history).filter((item) => metricOf(item) === metric)
const phaseOf = (item: HistoryItem) => (item.startsWith('val_') ? 'validation' : 'training')
