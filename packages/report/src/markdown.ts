import type { History, PublishedResult } from '@treadle/core'
import {
  classDigits,
  compareClasses,
  compareEpochs,
  historyDigits,
  historyItems,
  historyLabels,
  publishedValues,
} from './comparison.ts'
import type { Compared } from './comparison.ts'
import { describeConfusion } from './confusion-words.ts'
import {
  type Fact,
  analyseRun,
  headline,
  repetitionOf,
  reportTitle,
  scoresOf,
  setupOf,
  warningsOf,
} from './facts.ts'
import { formatClassificationReport } from '@treadle/metrics'
import { fixed, grouped, shape, signed } from './format-number.ts'
import type { RunReport } from './run-report.ts'

/**
 * Write the whole report as GitHub-flavoured Markdown. Text from data is escaped.
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportMarkdown(report: RunReport): string {
  const run = analyseRun(report)
  const { total, trainable, nonTrainable } = report.model.parameters
  const parts = [
    `# ${inline(reportTitle(report))}`,
    inline(headline(report, run)),
    ...warningsOf(report).map((warning) => `> **${inline(warning)}**`),
    factTable(setupOf(report)),
    '## Network',
    table(
      ['layer', 'type', 'output', 'parameters', 'reads'],
      'lllrl',
      report.model.layers.map((layer) => [
        inline(layer.name),
        inline(layer.type),
        shape(layer.outputShape),
        grouped(layer.parameters),
        inline(layer.connectedTo.join(', ')),
      ]),
    ),
    `${grouped(total)} parameters: ${grouped(trainable)} trainable, ${grouped(nonTrainable)} not trainable.`,
    '## Epochs',
    epochTable(report.history, report.reference),
  ]
  if (run) parts.push('## Scores on the test rows', factTable(scoresOf(run)))
  if (run?.kind === 'classifier') {
    const { analysis, test } = run
    parts.push(
      '## Classification report',
      fence(formatClassificationReport(analysis.report)),
      '## Confusion matrix',
      'Rows are true classes, columns predicted ones.',
      table(
        ['', ...test.classNames.map(inline)],
        `l${'r'.repeat(test.classNames.length)}`,
        analysis.matrix.map((row, i) => [
          `**${inline(test.classNames[i] as string)}**`,
          ...row.map((count, j) => (i === j ? `**${count}**` : count === 0 ? '·' : String(count))),
        ]),
      ),
    )
    if (analysis.hardest.length > 0)
      parts.push(
        '## Hardest confusions',
        analysis.hardest.map((entry) => `- ${inline(describeConfusion(entry))}`).join('\n'),
      )
    if (report.reference?.classes.length === test.classNames.length)
      parts.push(
        `## Classes beside ${inline(report.reference.name)}`,
        table(
          [
            'class',
            ...['precision', 'recall', 'f1'].flatMap((figure) => [figure, 'reference', 'difference']),
          ],
          'lrrrrrrrrr',
          compareClasses(analysis.report, report.reference).map((row) => [
            inline(row.name),
            ...comparedCells(row.precision, classDigits),
            ...comparedCells(row.recall, classDigits),
            ...comparedCells(row.f1, classDigits),
          ]),
        ),
      )
  }
  parts.push(
    '## To repeat it',
    fence(report.command),
    factTable(repetitionOf(report).filter(([label]) => label !== 'Command')),
  )
  return `${parts.join('\n\n')}\n`
}

function epochTable(history: History, reference: PublishedResult | undefined): string {
  const items = historyItems(history)
  if (items.length === 0) return 'No epoch was finished.'
  const published = (item: keyof History) => publishedValues(reference, item) !== undefined
  return table(
    [
      'epoch',
      ...items.flatMap((item) => [
        historyLabels[item],
        ...(published(item) ? ['reference', 'difference'] : []),
      ]),
    ],
    'r'.repeat(1 + items.length * 3),
    compareEpochs(history, reference).map(({ epoch, figures }) => [
      String(epoch),
      ...items.flatMap((item) => {
        const cells = comparedCells(figures[item], historyDigits)
        return published(item) ? cells : cells.slice(0, 1)
      }),
    ]),
  )
}

function comparedCells(compared: Compared | undefined, digits: number): string[] {
  return [
    fixed(compared?.ours, digits),
    fixed(compared?.reference, digits),
    signed(compared?.difference, digits),
  ]
}

function factTable(facts: readonly Fact[]): string {
  return table(
    ['', ''],
    'll',
    facts.map(([label, value]) => [inline(label), inline(value)]),
  )
}

function table(heading: readonly string[], aligns: string, rows: readonly (readonly string[])[]): string {
  const rule = heading.map((_, c) => (aligns[c] === 'r' ? '---:' : '---'))
  return [heading, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A code block whose fence is longer than any run of backticks inside. */
function fence(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const ticks = '`'.repeat(Math.max(3, longest + 1))
  return `${ticks}text\n${text.trimEnd()}\n${ticks}`
}

/** Text from data on one line, with everything that Markdown or HTML would read as markup escaped. */
function inline(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\\`*_[\]<>&|~#!]/g, (mark) => (mark === '&' ? '&amp;' : mark === '<' ? '&lt;' : `\\${mark}`))
}
