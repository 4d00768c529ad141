import { type OptionKind, TreadleError, checkOptions, show } from '@treadle/core'
import { REPORT_FORMATS, type ReportFormat } from '../report/files.ts'
import type { RunLogger } from '../loggers/logger.ts'
import type { NewRunOptions, RunOptions } from './options.ts'

const runOptionKinds = {
  onEvent: 'function',
  signal: 'signal',
  runtime: 'object',
  data: 'object',
  keepModel: 'boolean',
  reports: 'list',
  loggers: 'list',
} as const satisfies Record<keyof RunOptions, OptionKind>

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `EXPERIMENT_BAD_OPTION` */
export function checkNewRunOptions(operation: string, options: NewRunOptions): void {
  checkOptions(operation, options, { ...runOptionKinds, directory: 'any', force: 'boolean' })
  checkReports(operation, options.reports)
  checkLoggers(operation, options.loggers)
}

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `EXPERIMENT_BAD_OPTION` */
export function checkRunOptions(operation: string, options: RunOptions): void {
  checkOptions(operation, options, runOptionKinds)
  checkReports(operation, options.reports)
  checkLoggers(operation, options.loggers)
}

function checkReports(operation: string, reports: readonly ReportFormat[] = []): void {
  const wrong = reports.findIndex((format) => !REPORT_FORMATS.includes(format))
  if (wrong === -1) return
  throw new TreadleError(
    'EXPERIMENT_BAD_OPTION',
    `${operation}: \`reports[${wrong}]\` (=${show(reports[wrong])}) must be one of ${REPORT_FORMATS.join(', ')}.`,
  )
}

function checkLoggers(operation: string, loggers: readonly unknown[] = []): void {
  const wrong = loggers.findIndex((logger) => typeof (logger as RunLogger | null)?.start !== 'function')
  if (wrong === -1) return
  throw new TreadleError(
    'EXPERIMENT_BAD_OPTION',
    `${operation}: \`loggers[${wrong}]\` (=${show(loggers[wrong])}) must be a logger. Make one with runLogger('tensorboard') of @treadle/experiment/loggers.`,
  )
}
