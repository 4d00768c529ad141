import { TreadleError, checkArgument, show } from '@treadle/core'

/** The forms of a report, by the extension of their files. */
export const REPORT_FORMATS = ['html', 'txt', 'md', 'svg'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

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
