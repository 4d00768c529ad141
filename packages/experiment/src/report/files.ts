import type { ReportDocument } from '@treadle/report'
import { checkRun } from '../store/check-run.ts'
import type { Run } from '../store/run.ts'
import { REPORT_FORMATS, type ReportFormat, checkReportFormats } from './formats.ts'

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
  if (formats.length === 0) return []
  const { renderReportFiles } = await import('./render.ts')
  const files = renderReportFiles(report, formats)
  await run.writeAll(files)
  return Object.keys(files)
}
