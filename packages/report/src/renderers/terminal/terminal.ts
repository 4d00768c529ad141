import { checkShape } from '../../refuse.ts'
import { sectionsShape } from '../../shapes.ts'
import { type Block, type BlockRenderer, type Fact, type Section, renderBlock } from '../../blocks.ts'
import { type ReportDocument, documentOf } from '../../document.ts'
import type { RunReport } from '../../run-report.ts'
import { barsText, reliabilityText } from './bars.ts'
import { curvesText, scatterText } from './curves.ts'
import { matrixText } from './matrix.ts'
import { samplesText } from './samples.ts'
import { type Screen, type TextOptions, clean, columns, hard, left, screen, wrap } from './screen.ts'
import { tableText } from './table.ts'

/**
 * Write a whole report as text: the content of report.txt, or coloured for a terminal.
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportText(report: RunReport | ReportDocument, options: TextOptions = {}): string {
  const target = screen(options)
  const { ink, width } = target
  const { title, headline, comparison, warnings, setup, sections } = documentOf(report)
  const paragraph = (text: string) => wrap(clean(text), width)
  const parts = [
    [titleText(target, title), ...[headline, comparison ?? []].flat().map(paragraph)].join('\n'),
    ...warnings.map((warning) => ink.yellow.bold(paragraph(`!! ${warning.title}: ${warning.text}`))),
    factsText(target, setup),
    ...sections.map((section) => sectionText(target, section)),
  ]
  return `${parts.join('\n\n')}\n`
}

/** Write some sections of a report as text, one after the other. */
export function renderSectionsText(sections: readonly Section[], options: TextOptions = {}): string {
  checkShape('renderSectionsText', 'sections', sections, sectionsShape)
  const target = screen(options)
  return `${sections.map((section) => sectionText(target, section)).join('\n\n')}\n`
}

/** Write tables, figures and other blocks as text, without the last line break. */
export function formatBlocks(blocks: readonly Block[], options: TextOptions = {}): string {
  checkShape('formatBlocks', 'blocks', blocks, 'list')
  return blocksText(screen(options), blocks)
}

function blocksText(target: Screen, blocks: readonly Block[]): string {
  const renderer = blockRenderer(target)
  return blocks.map((block) => renderBlock(renderer, block)).join('\n\n')
}

function sectionText(target: Screen, { title, blocks }: Section): string {
  return `${titleText(target, title)}\n${blocksText(target, blocks)}`
}

function titleText({ ink }: Screen, title: string): string {
  const text = clean(title)
  return `${ink.bold(text)}\n${ink.bold('═'.repeat(columns(text)))}`
}

const blockRenderer = (target: Screen): BlockRenderer<string> => ({
  prose: ({ text }) => wrap(clean(text), target.width),
  facts: ({ facts }) => factsText(target, facts),
  list: ({ title, items }) =>
    [target.ink.bold(title), ...items.map((item) => hanging(clean(item), target.width))].join('\n'),
  code: ({ text }) => clean(text),
  table: (table) => tableText(target, table),
  curves: (figure) => curvesText(target, figure),
  bars: (figure) => barsText(target, figure),
  matrix: (figure) => matrixText(target, figure),
  reliability: (figure) => reliabilityText(target, figure),
  scatter: (figure) => scatterText(target, figure),
  // Lines across axes cannot be drawn with characters.
  parallel: ({ title, label }) => `${target.ink.bold(clean(title))}\n${wrap(clean(label), target.width)}`,
  samples: (figure) => samplesText(target, figure),
  gallery: ({ items }) =>
    items
      .map(({ sample, title, note }) =>
        hanging(clean(`${title}, ${note} (test sample ${sample})`), target.width),
      )
      .join('\n'),
})

/** A line for each fact, its value broken within the screen's width. */
function factsText({ width }: Screen, facts: readonly Fact[]): string {
  const longest = Math.max(0, ...facts.map(([label]) => columns(clean(label))))
  const label = Math.min(longest, Math.floor(width / 2))
  const value = width - label - 2
  return facts
    .map(([name, text]) => {
      const names = hard(clean(name), label)
      const lines = hard(clean(text), value)
      return Array.from({ length: Math.max(names.length, lines.length) }, (_, i) =>
        `${left(names[i] ?? '', label)}  ${lines[i] ?? ''}`.trimEnd(),
      ).join('\n')
    })
    .join('\n')
}

/** Text in lines of at most `width` columns, those after the first indented. */
const hanging = (text: string, width: number) => hard(text, width - 2).join('\n  ')
