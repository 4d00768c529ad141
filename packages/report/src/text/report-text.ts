import {
  type Fact,
  analyseRun,
  headline,
  repetitionOf,
  reportTitle,
  scoresOf,
  setupOf,
  warningsOf,
} from '../facts.ts'
import { type ClassificationReport, formatClassificationReport } from '@treadle/metrics'
import type { RunReport } from '../run-report.ts'
import { formatReliability } from './bars.ts'
import { formatConfusionMatrix, formatConfusions } from './confusion-grid.ts'
import { type TextOptions, clean, columns, left, screen, wrap } from './screen.ts'
import { formatClasses, formatEpochs, formatLayers } from './tables.ts'

/**
 * Write the whole report as text: the content of report.txt, or coloured for a terminal.
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportText(report: RunReport, options: TextOptions = {}): string {
  const { ink, width } = screen(options)
  const run = analyseRun(report)
  const paragraph = (text: string) => wrap(clean(text), width).join('\n')
  const section = (title: string, body: string) =>
    `${ink.bold(title)}\n${ink.bold('═'.repeat(columns(title)))}\n${body}`
  const classifier = run?.kind === 'classifier' ? run : undefined
  const { reference } = report
  const parts = [
    section(clean(reportTitle(report)), paragraph(headline(report, run))),
    ...warningsOf(report).map((warning) => ink.yellow.bold(`!! ${paragraph(warning)}`)),
    factLines(setupOf(report)),
    section('Network', formatLayers(report.model, options)),
    section(
      reference ? `Epochs beside ${clean(reference.name)}` : 'Epochs',
      formatEpochs(report.history, reference, options),
    ),
  ]
  if (run) parts.push(section('Scores on the test rows', factLines(scoresOf(run))))
  if (classifier) {
    const { analysis, test } = classifier
    parts.push(
      section('Classification report', formatClassificationReport(printable(analysis.report)).trimEnd()),
      section('Confusion matrix', formatConfusionMatrix(analysis.matrix, test.classNames, options)),
    )
    if (analysis.hardest.length > 0)
      parts.push(section('Hardest confusions', formatConfusions(analysis.hardest)))
    if (reference)
      parts.push(
        section(
          `Classes beside ${clean(reference.name)}`,
          formatClasses(analysis.report, reference, options),
        ),
      )
    parts.push(section('Reliability', formatReliability(analysis.calibration, options)))
  }
  parts.push(section('To repeat it', factLines(repetitionOf(report))))
  return `${parts.join('\n\n')}\n`
}

function factLines(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([label]) => columns(clean(label))))
  return facts.map(([label, value]) => `${left(clean(label), width)}  ${clean(value)}`).join('\n')
}

/** The report under names that are safe to print. */
function printable(report: ClassificationReport): ClassificationReport {
  return {
    ...report,
    names: report.names.map(clean),
    classes: report.classes.map((row) => ({ ...row, name: clean(row.name) })),
  }
}
