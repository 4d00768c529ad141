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

/** Writes the report of a run into its store. @returns the names of the files */
export async function writeReportFiles(
  run: Run,
  report: ReportDocument,
  formats: readonly ReportFormat[] = REPORT_FORMATS,
): Promise<string[]> {
  const files = Object.assign({}, ...formats.map((format) => RENDERERS[format](report))) as Record<
    string,
    string
  >
  await Promise.all(Object.entries(files).map(([name, content]) => run.write(name, content)))
  return Object.keys(files)
}
