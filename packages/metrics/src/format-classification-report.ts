import { checkOptions, show } from '@treadle/core'
import { refuse } from './check.ts'
import { type ClassificationReport, type ReportRow, checkReport } from './classification-report.ts'
import { padStart, pythonFixed, pythonRepr } from './python-float.ts'

/**
 * Print a classification report character for character as scikit-learn 1.9.1 does, the last line break included.
 * @param options.digits decimals of the ratios, 2 unless given, at most 100
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function formatClassificationReport(
  report: ClassificationReport,
  options: { digits?: number } = {},
): string {
  const operation = 'formatClassificationReport'
  checkReport(operation, report)
  checkOptions(operation, options, { digits: 'any' })
  const { digits = 2 } = options
  if (!Number.isInteger(digits) || digits < 0 || digits > 100)
    refuse(operation, `\`digits\` (=${show(digits)}) must be an integer from 0 to 100.`)
  const width = Math.max(
    'weighted avg'.length,
    digits,
    ...report.names.map((name) => Array.from(name).length),
  )
  const line = (heading: string, cells: readonly string[]) =>
    `${padStart(heading, width)} ${cells.map((cell) => ` ${padStart(cell, 9)}`).join('')}\n`
  const ratio = (value: number) => pythonFixed(value, digits)
  const count = (value: number) => (report.floatSupport ? pythonRepr(value) : String(value))
  const row = (heading: string, { precision, recall, f1, support }: ReportRow) =>
    line(heading, [ratio(precision), ratio(recall), ratio(f1), count(support)])

  return [
    line('', ['precision', 'recall', 'f1-score', 'support']),
    '\n',
    ...report.classes.map((entry) => row(entry.name, entry)),
    '\n',
    report.microAverage
      ? row('micro avg', report.microAverage)
      : line('accuracy', ['', '', ratio(report.accuracy as number), count(report.macroAverage.support)]),
    row('macro avg', report.macroAverage),
    row('weighted avg', report.weightedAverage),
  ].join('')
}
