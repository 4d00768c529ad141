import { TreadleError, checkArgument, show } from '@treadle/core'
import {
  type ReportDocument,
  renderReportHtml,
  renderReportMarkdown,
  renderReportSvgs,
  renderReportText,
} from '@treadle/report'
import { checkRun } from '../store/check-run.ts'
import type { Run } from '../store/run.ts'

/** The forms of a report, by the extension of their files. */
export const REPORT_FORMATS = ['html', 'txt', 'md', 'svg'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

const RENDERERS: Record<ReportFormat, (report: ReportDocument) => Record<string, string>> = {
  html: (report) => ({ 'report.html': renderReportHtml(report) }),
  txt: (report) => ({ 'report.txt': renderReportText(report) }),
  md: (report) => ({ 'report.md': renderReportMarkdown(report) }),
  svg: renderReportSvgs,
}

/** The files of a report by name. */
function renderReportFiles(report: ReportDocument, formats: readonly ReportFormat[]): Record<string, string> {
  return Object.assign({}, ...formats.map((format) => RENDERERS[format](report))) as Record<string, string>
}

/** @throws TreadleError `EXPERIMENT_BAD_OPTION` */
export function checkReportFormats(operation: string, reports: readonly ReportFormat[]): void {
  checkArgument(operation, 'reports', reports, 'list')
  const wrong = reports.findIndex((format) => !REPORT_FORMATS.includes(format))
  if (wrong === -1) return
  throw new TreadleError(
    'EXPERIMENT_BAD_OPTION',
    `${operation}: \`reports[${wrong}]\` (=${show(reports[wrong])}) must be one of ${REPORT_FORMATS.join(', ')}.`,
  )
}

/**
 * Writes the report of a run into its store.
 * @returns the names of the files
 * @throws TreadleError `CORE_BAD_ARGUMENT`, `EXPERIMENT_BAD_OPTION`, `REPORT_BAD_INPUT`
 */
export async function writeReportFiles(
  run: Run,
  report: ReportDocument,
  formats: readonly ReportFormat[] = REPORT_FORMATS,
): Promise<string[]> {
  checkRun('writeReportFiles', run)
  checkReportFormats('writeReportFiles', formats)
  const files = renderReportFiles(report, formats)
  await run.writeAll(files)
  return Object.keys(files)
}
