import type { History, PublishedResult } from '@treadle/core'
import type { ClassificationReport } from '@treadle/metrics'
import {
  type Compared,
  classDigits,
  compareClasses,
  compareEpochs,
  historyDigits,
  historyItems,
  historyLabels,
  publishedValues,
} from '../comparison.ts'
import { fixed, grouped, shape, signed } from '../format-number.ts'
import type { ModelSummary } from '../run-report.ts'
import { type Screen, type TextOptions, clean, columns, screen, shorten, shortenMiddle } from './screen.ts'
import { type Cell, type Column, textTable } from './table.ts'

/** A network's layers with output shapes and parameters, and the three totals. */
export function formatLayers(model: ModelSummary, options: TextOptions = {}): string {
  const target = screen(options)
  const cells = model.layers.map(({ name, type, outputShape, parameters }) => [
    shorten(clean(name), 28),
    clean(type),
    shape(outputShape),
    grouped(parameters),
  ])
  const headings = ['layer', 'type', 'output', 'parameters']
  const taken = headings.reduce(
    (sum, heading, c) => sum + 2 + Math.max(heading.length, ...cells.map((row) => columns(row[c] ?? ''))),
    0,
  )
  const room = Math.min(26, Math.max(8, target.width - taken))
  const rows = model.layers.map(({ connectedTo }, i) => [
    ...(cells[i] as string[]),
    target.ink.dim(shortenMiddle(clean(connectedTo.join(', ')), room)),
  ])
  const { total, trainable, nonTrainable } = model.parameters
  const table = textTable(
    target,
    [
      { heading: 'layer', align: 'left' },
      { heading: 'type', align: 'left' },
      { heading: 'output', align: 'left' },
      { heading: 'parameters', align: 'right' },
      { heading: 'reads', align: 'left' },
    ],
    rows,
  )
  return `${table}\n${target.ink.bold(`${grouped(total)} parameters`)}: ${grouped(trainable)} trainable, ${grouped(nonTrainable)} not trainable`
}

/**
 * A run's epochs, each beside the published ones with the differences: one table for each kind of figure. Without
 * a reference, or for figures it lacks, one plain table.
 */
export function formatEpochs(
  history: History,
  reference?: PublishedResult,
  options: TextOptions = {},
): string {
  const target = screen(options)
  const rows = compareEpochs(history, reference)
  const items = historyItems(history)
  if (items.length === 0) return 'No epoch was finished.'
  const published = (item: keyof History) => publishedValues(reference, item) !== undefined
  const compared = items.filter(published)
  const plain = items.filter((item) => !published(item))
  const tables: string[] = []
  for (const kind of ['accuracy', 'loss'] as const) {
    const pair = compared.filter((item) => item.endsWith(kind))
    if (pair.length === 0) continue
    const columnsOf = pair.flatMap((item): Column[] => [
      { heading: item.startsWith('val_') ? 'validation' : 'training', align: 'right', gap: 3 },
      { heading: 'reference', align: 'right' },
      { heading: 'difference', align: 'right' },
    ])
    const table = textTable(
      target,
      [{ heading: 'epoch', align: 'right' }, ...columnsOf],
      rows.map(({ epoch, figures }) => [
        String(epoch),
        ...pair.flatMap((item) => comparedCells(target, figures[item], historyDigits)),
      ]),
    )
    tables.push(`${target.ink.bold(kind === 'accuracy' ? 'Accuracy' : 'Loss')}\n${table}`)
  }
  if (plain.length > 0)
    tables.push(
      textTable(
        target,
        [
          { heading: 'epoch', align: 'right' },
          ...plain.map((item): Column => ({ heading: historyLabels[item], align: 'right' })),
        ],
        rows.map(({ epoch, figures }) => [
          String(epoch),
          ...plain.map((item) => fixed(figures[item]?.ours, historyDigits)),
        ]),
      ),
    )
  return tables.join('\n\n')
}

/** A run's classes, each beside the published ones with the differences; without a reference our figures alone. */
export function formatClasses(
  report: ClassificationReport,
  reference?: PublishedResult,
  options: TextOptions = {},
): string {
  const target = screen(options)
  const rows = compareClasses(report, reference)
  const hasReference = rows.some(({ f1 }) => f1.reference !== undefined)
  const figures = ['precision', 'recall', 'f1'] as const
  return textTable(
    target,
    [
      { heading: 'class', align: 'left' },
      ...figures.flatMap((figure): Column[] =>
        hasReference
          ? [
              { heading: figure, align: 'right', gap: 3 },
              { heading: 'ref.', align: 'right' },
              { heading: 'diff.', align: 'right' },
            ]
          : [{ heading: figure, align: 'right' }],
      ),
      // beside a reference the rows would pass 80 columns
      ...(hasReference ? [] : [{ heading: 'rows', align: 'right' } as const]),
    ],
    rows.map((row) => [
      shorten(clean(row.name), hasReference ? 12 : 28),
      ...figures.flatMap((figure) =>
        hasReference
          ? comparedCells(target, row[figure], classDigits)
          : [{ text: fixed(row[figure].ours, classDigits) }],
      ),
      ...(hasReference ? [] : [grouped(row.support)]),
    ]),
  )
}

function comparedCells({ ink }: Screen, compared: Compared | undefined, digits: number): Cell[] {
  const paint =
    compared?.better === undefined
      ? (text: string) => ink.dim(text)
      : (text: string) => (compared.better ? ink.green(text) : ink.red(text))
  return [
    { text: fixed(compared?.ours, digits) },
    { text: fixed(compared?.reference, digits), paint: (text) => ink.dim(text) },
    { text: signed(compared?.difference, digits), paint },
  ]
}
