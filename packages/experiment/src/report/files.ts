import {
  type ReportDocument,
  renderReportHtml,
  renderReportMarkdown,
  renderReportSvgs,
  renderReportText,
} from '@treadle/report'
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

/** Writes the report of a run into its store. @returns the names of the files */
export async function writeReportFiles(
  run: Run,
  report: ReportDocument,
  formats: readonly ReportFormat[] = REPORT_FORMATS,
): Promise<string[]> {
  const files = renderReportFiles(report, formats)
  await run.writeAll(files)
  return Object.keys(files)
}
