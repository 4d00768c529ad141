/* Loaded when a report is written: a page that trains need not load all renderers. */
import {
  type ReportDocument,
  renderReportHtml,
  renderReportMarkdown,
  renderReportSvgs,
  renderReportText,
} from '@treadle/report'
import type { ReportFormat } from './formats.ts'

const RENDERERS: Record<ReportFormat, (report: ReportDocument) => Record<string, string>> = {
  html: (report) => ({ 'report.html': renderReportHtml(report) }),
  txt: (report) => ({ 'report.txt': renderReportText(report) }),
  md: (report) => ({ 'report.md': renderReportMarkdown(report) }),
  svg: renderReportSvgs,
}

/** The files of a report by name. */
export function renderReportFiles(
  report: ReportDocument,
  formats: readonly ReportFormat[],
): Record<string, string> {
  return Object.assign({}, ...formats.map((format) => RENDERERS[format](report))) as Record<string, string>
}
