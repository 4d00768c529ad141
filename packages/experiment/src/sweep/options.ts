import { type OptionKinds, TreadleError, checkArgument, checkOptions, show } from '@treadle/core'
import { checkLoggers } from '../run/check-options.ts'
import type { RunOptions } from '../run/options.ts'
import type { SweepEvent } from './events.ts'
import type { TrialRemote } from './run-trial.ts'

export interface SweepOptions extends Pick<RunOptions, 'loggers' | 'signal'> {
  /** Called at every event, and waited for. */
  readonly onEvent?: (event: SweepEvent) => unknown
  /** Trials in all, in place of those of the budget. */
  readonly trials?: number
  /**
   * After the sweep, trains the best recipe again with so many other seeds, and only then tests these models on the test
   * samples, once. The sweep itself tests no model. The workers or the `remote` train these runs. From 2 to 100.
   */
  readonly confirm?: number
  /** Processes that carry out trials and confirm the best one. Unless given, this process carries them out, one after the other. */
  readonly workers?: number
  /** Of each worker process. Unless given, the processes share the cores. */
  readonly threads?: number
  /**
   * A worker process that makes no progress in a trial for so long is killed, and its trial is tried again, in seconds. 600
   * unless given.
   */
  readonly patience?: number
  /** Carries out the trials elsewhere: `connectQueue` of `@treadle/queue` gives one. */
  readonly remote?: TrialRemote
}

export interface JoinOptions extends Omit<SweepOptions, 'confirm' | 'remote'> {
  /** Waits for trials that other programs enqueue, also after the budget, until the signal. */
  readonly wait?: boolean
}

/** As the runtime starts. */
export const MOST_THREADS = 8
const MOST_WORKERS = 256
/** More runs narrow the interval little. */
const MOST_SEEDS = 100
/** As long as a timer of Node.js can be, in seconds. */
const MOST_PATIENCE = 2_000_000

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `EXPERIMENT_BAD_OPTION` */
export function checkSweepOptions(operation: string, options: SweepOptions, more: OptionKinds): void {
  checkOptions(operation, options, {
    loggers: 'list',
    signal: 'signal',
    onEvent: 'function',
    trials: 'number',
    workers: 'number',
    threads: 'number',
    patience: 'number',
    ...more,
  })
  const { trials = 1, workers, threads = 1, patience = 1, confirm = 2, loggers = [], remote } = options
  const wrong = (name: string, value: unknown, rule: string) =>
    new TreadleError('EXPERIMENT_BAD_OPTION', `${operation}: \`${name}\` (=${show(value)}) must be ${rule}.`)
  if (!Number.isInteger(trials) || trials < 1) throw wrong('trials', trials, 'a whole number of at least 1')
  if (workers !== undefined && (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS))
    throw wrong('workers', workers, `a whole number from 1 to ${MOST_WORKERS}`)
  if (!Number.isInteger(confirm) || confirm < 2 || confirm > MOST_SEEDS)
    throw wrong('confirm', confirm, `a whole number from 2 to ${MOST_SEEDS}`)
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw wrong('threads', threads, `a whole number from 1 to ${MOST_THREADS}`)
  if (!(patience > 0 && patience <= MOST_PATIENCE))
    throw wrong('patience', patience, `from 1 to ${MOST_PATIENCE} seconds`)
  checkLoggers(operation, loggers)
  if (remote !== undefined)
    checkArgument(operation, 'remote', remote, { capacity: 'function', runTrial: 'function' })
  const here = (['workers', 'threads', 'patience'] as const).find((name) => options[name] !== undefined)
  if (remote !== undefined && (here !== undefined || loggers.length > 0))
    throw new TreadleError(
      'EXPERIMENT_BAD_OPTION',
      `${operation}: \`remote\` cannot be combined with \`${here ?? 'loggers'}\`, which is for trials on this machine. Leave one of them out.`,
    )
  const own = loggers.find(({ source }) => source === undefined)
  if (workers !== undefined && own !== undefined)
    throw new TreadleError(
      'EXPERIMENT_BAD_OPTION',
      `${operation}: the logger ${show(own.name)} belongs to this process, so it cannot be combined with \`workers\`. Leave one of them out, or use runLogger.`,
    )
}
