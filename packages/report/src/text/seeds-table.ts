import type { PublishedResult } from '@treadle/core'
import { historyDigits, historyItems, historyLabels, publishedValues } from '../comparison.ts'
import { fixed } from '../format-number.ts'
import type { SeedsSummary, Spread } from '@treadle/metrics'
import { type TextOptions, clean, screen, shorten, wrap } from './screen.ts'
import { type Column, textTable } from './table.ts'

/** Mean ± sd over seeds for each epoch and class, beside the published figures, and the verdict. */
export function formatSeeds(
  summary: SeedsSummary,
  reference?: PublishedResult,
  options: TextOptions = {},
): string {
  const target = screen(options)
  const { ink } = target
  const parts: string[] = []

  const items = historyItems(
    Object.fromEntries(Object.entries(summary.epochs[0] ?? {}).map(([item]) => [item, [0]])) as never,
  )
  for (const kind of ['accuracy', 'loss', 'mae'] as const) {
    const pair = items.filter((item) => item.endsWith(kind))
    if (pair.length === 0) continue
    const published = (item: (typeof pair)[number]) => publishedValues(reference, item)
    parts.push(
      textTable(
        target,
        [
          { heading: 'epoch', align: 'right' },
          ...pair.flatMap((item) => columnsFor(historyLabels[item], published(item) !== undefined)),
        ],
        summary.epochs.map((epoch, i) => [
          String(i + 1),
          ...pair.flatMap((item) => {
            const values = published(item)
            return [
              spreadText(epoch[item] as Spread, historyDigits),
              ...(values
                ? [{ text: fixed(values[i], historyDigits), paint: (text: string) => ink.dim(text) }]
                : []),
            ]
          }),
        ]),
      ),
    )
  }

  const classes = reference?.classes.length === summary.classes.length ? reference.classes : undefined
  const figures = ['precision', 'recall', 'f1'] as const
  parts.push(
    textTable(
      target,
      [
        { heading: 'class', align: 'left' },
        ...figures.flatMap((figure): Column[] => [
          { heading: figure, align: 'right' },
          ...(classes ? [{ heading: 'ref.', align: 'right' } as const] : []),
        ]),
      ],
      summary.classes.map((row, i) => [
        shorten(clean(row.name), 14),
        ...figures.flatMap((figure) => [
          spreadText(row[figure], 3),
          ...(classes
            ? [{ text: fixed(classes[i]?.[figure], 2), paint: (text: string) => ink.dim(text) }]
            : []),
        ]),
      ]),
    ),
  )
  parts.push(`Weakest class: ${clean(summary.weakestClass)}.`)
  if (summary.verdict) parts.push(wrap(clean(summary.verdict.text), target.width).join('\n'))
  return parts.join('\n\n')
}

function spreadText({ mean, sd }: Spread, digits: number): string {
  return `${fixed(mean, digits)} ± ${fixed(sd, digits)}`
}

function columnsFor(heading: string, hasReference: boolean): Column[] {
  return [
    { heading, align: 'right', gap: 3 },
    ...(hasReference ? [{ heading: 'reference', align: 'right' } as const] : []),
  ]
}
