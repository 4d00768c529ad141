import { type OptionKind, TreadleError, checkOptions, show } from '@treadle/core'
import { checkReportFormats } from '../report/formats.ts'
import { checkStore } from '../store/check-run.ts'
import type { RunLogger } from '../loggers/logger.ts'
import type { NewRunOptions, RunOptions } from './options.ts'

const runOptionKinds = {
  onEvent: 'function',
  signal: 'signal',
  runtime: 'object',
  data: 'object',
  keepModel: 'boolean',
  test: 'boolean',
  reports: 'list',
  loggers: 'list',
} as const satisfies Record<keyof RunOptions, OptionKind>

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `EXPERIMENT_BAD_OPTION` */
export function checkNewRunOptions(operation: string, options: NewRunOptions): void {
  checkOptions(operation, options, { ...runOptionKinds, directory: 'any', force: 'boolean' })
  if (!['string', 'function', 'undefined'].includes(typeof options.directory))
    checkStore(operation, options.directory)
  checkReportFormats(operation, options.reports ?? [])
  checkLoggers(operation, options.loggers)
}

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `EXPERIMENT_BAD_OPTION` */
export function checkRunOptions(operation: string, options: RunOptions): void {
  checkOptions(operation, options, runOptionKinds)
  checkReportFormats(operation, options.reports ?? [])
  checkLoggers(operation, options.loggers)
}

/** @throws TreadleError `EXPERIMENT_BAD_OPTION` */
export function checkLoggers(operation: string, loggers: readonly unknown[] = []): void {
  const wrong = loggers.findIndex((logger) => typeof (logger as RunLogger | null)?.start !== 'function')
  if (wrong === -1) return
  throw new TreadleError(
    'EXPERIMENT_BAD_OPTION',
    `${operation}: \`loggers[${wrong}]\` (=${show(loggers[wrong])}) must be a logger. Make one with runLogger('tensorboard') of @treadle/experiment/loggers.`,
  )
}
