import { escapeControls } from '@treadle/core'
import { markdownTable } from 'markdown-table'
import stringWidth from 'string-width'
import {
  type Block,
  type BlockRenderer,
  type Fact,
  type Section,
  type Table,
  renderBlock,
  textOf,
} from '../../blocks.ts'
import { type ReportDocument, documentOf } from '../../document.ts'
import type { MatrixFigure } from '../../figures.ts'
import type { RunReport } from '../../run-report.ts'
import { countText } from '../../words.ts'
import { formatBlocks } from '../terminal/terminal.ts'

/**
 * Write a whole report as GitHub-flavoured Markdown. Text from data is escaped.
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportMarkdown(report: RunReport | ReportDocument): string {
  const { title, headline, comparison, warnings, setup, sections } = documentOf(report)
  const parts = [
    `# ${inline(title)}`,
    inline(headline),
    ...(comparison === undefined ? [] : [inline(comparison)]),
    ...warnings.map((warning) => `> **${inline(warning.title)}.** ${inline(warning.text)}`),
    factTable(setup),
    ...sections.flatMap(sectionParts),
  ]
  return `${parts.join('\n\n')}\n`
}

const sectionParts = ({ title, blocks }: Section): string[] => [
  `## ${inline(title)}`,
  ...blocks.map((block) => renderBlock(blockRenderer, block)),
]

/** Curves and diagrams are drawn with characters, so that the file needs no other. */
const drawn = (block: Block) => fence(formatBlocks([block]))

const blockRenderer: BlockRenderer<string> = {
  prose: ({ text }) => inline(text),
  facts: ({ facts }) => factTable(facts),
  list: ({ title, items }) =>
    `### ${inline(title)}\n\n${items.map((item, i) => `${i + 1}. ${inline(item)}`).join('\n')}`,
  code: ({ text }) => fence(text),
  table: (table) => `### ${inline(table.title)}\n\n${tableMarkdown(table)}`,
  curves: drawn,
  bars: drawn,
  matrix: matrixMarkdown,
  reliability: drawn,
  scatter: drawn,
  parallel: drawn,
  samples: drawn,
  gallery: ({ items }) =>
    items
      .map(({ sample, title, note }) => `- **${inline(title)}** ${inline(`${note} (test sample ${sample})`)}`)
      .join('\n'),
}

function tableMarkdown({ columns, rows, totals = [], plainText }: Table): string {
  if (plainText !== undefined) return fence(plainText)
  const heading = columns.map(({ heading: name, group }) =>
    inline(group === undefined ? name : `${group}: ${name}`),
  )
  const body = [...rows, ...totals].map((row) => row.map((cell) => inline(textOf(cell))))
  return aligned(
    [heading, ...body],
    columns.map(({ align }) => align),
  )
}

function matrixMarkdown({ matrix, classNames }: MatrixFigure): string {
  const rows = matrix.map((row, i) => [
    `**${inline(classNames[i] as string)}**`,
    ...row.map((count, j) => (i === j ? `**${countText(count)}**` : count === 0 ? '·' : countText(count))),
  ])
  const table = aligned(
    [['', ...classNames.map(inline)], ...rows],
    ['left', ...classNames.map(() => 'right')],
  )
  return `Rows are true classes, columns are predicted classes.\n\n${table}`
}

function factTable(facts: readonly Fact[]): string {
  return aligned(
    [['', ''], ...facts.map(([label, value]) => [inline(label), inline(value)])],
    ['left', 'left'],
  )
}

function aligned(rows: readonly (readonly string[])[], align: readonly string[]): string {
  return markdownTable(
    rows.map((row) => [...row]),
    { align: [...align], stringLength: stringWidth },
  )
}

/** A code block whose fence is longer than any run of backticks inside. */
function fence(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length))
  const ticks = '`'.repeat(Math.max(3, longest + 1))
  return `${ticks}text\n${escapeControls(text.trimEnd(), '\n')}\n${ticks}`
}

/** Text from data on one line, with everything that Markdown or HTML would read as markup escaped. */
function inline(text: string): string {
  return escapeControls(text.replace(/[\n\t]+/g, ' ')).replace(/[\\`*_[\]<>&|~#!]/g, (mark) =>
    mark === '&' ? '&amp;' : mark === '<' ? '&lt;' : `\\${mark}`,
  )
}
