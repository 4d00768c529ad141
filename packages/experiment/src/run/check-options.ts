import { type OptionKind, TreadleError, checkOptions, show } from '@treadle/core'
import { REPORT_FORMATS, type ReportFormat } from '../report/files.ts'
import type { NewRunOptions, RunOptions } from './options.ts'

const runOptionKinds = {
  onEvent: 'function',
  signal: 'signal',
  runtime: 'object',
  data: 'object',
  keepModel: 'boolean',
  reports: 'list',
} as const satisfies Record<keyof RunOptions, OptionKind>

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `EXPERIMENT_BAD_OPTION` */
export function checkNewRunOptions(operation: string, options: NewRunOptions): void {
  checkOptions(operation, options, { ...runOptionKinds, directory: 'any', force: 'boolean' })
  checkReports(operation, options.reports)
}

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `EXPERIMENT_BAD_OPTION` */
export function checkRunOptions(operation: string, options: RunOptions): void {
  checkOptions(operation, options, runOptionKinds)
  checkReports(operation, options.reports)
}

function checkReports(operation: string, reports: readonly ReportFormat[] = []): void {
  const wrong = reports.findIndex((format) => !REPORT_FORMATS.includes(format))
  if (wrong === -1) return
  throw new TreadleError(
    'EXPERIMENT_BAD_OPTION',
    `${operation}: \`reports[${wrong}]\` (=${show(reports[wrong])}) must be one of ${REPORT_FORMATS.join(', ')}.`,
  )
}
