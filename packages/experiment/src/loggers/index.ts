import { resolve } from 'node:path'
import { TreadleError, checkArgument, didYouMean } from '@treadle/core'
import type { LoggerKind, RunLogger } from './logger.ts'
import { mlflow } from './mlflow/logger.ts'
import { tensorboard } from './tensorboard/logger.ts'

/** The loggers by name. A new one is one file and one entry here. */
export const loggers: Readonly<Record<string, LoggerKind>> = { tensorboard, mlflow }

/**
 * A logger from its name and target.
 * @param text `NAME` or `NAME=TARGET`: `tensorboard`, `tensorboard=logs`, `mlflow=http://127.0.0.1:5000`
 * @param base the folder in which a relative path begins; the current one unless given
 * @throws TreadleError `EXPERIMENT_UNKNOWN_LOGGER`, `EXPERIMENT_BAD_LOGGER`, `CORE_BAD_ARGUMENT`
 * @example
 * await runRecipe(recipe, { directory: 'runs/first', loggers: [runLogger('tensorboard')] })
 */
export function runLogger(text: string, base = '.'): RunLogger {
  checkArgument('runLogger', 'text', text, 'string')
  checkArgument('runLogger', 'base', base, 'string')
  const [, name = '', target] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? []
  const kind = Object.hasOwn(loggers, name) ? loggers[name] : undefined
  if (kind !== undefined && target !== '')
    return { ...kind.create(target, base), source: { text, base: resolve(base) } }
  const known = Object.keys(loggers)
  throw new TreadleError(
    'EXPERIMENT_UNKNOWN_LOGGER',
    kind === undefined
      ? `There is no logger ${name}.${didYouMean(name, known)} The loggers are ${known.join(', ')}.`
      : `The logger ${name} has an empty target. Write ${name}, or ${name}=TARGET.`,
  )
}

export type { LoggerKind, RunLog, RunLogger } from './logger.ts'
