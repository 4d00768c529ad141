import { TreadleError, checkOptions, show, type OptionKind } from '@treadle/core'
import type { ExecutorName } from '../executors/executor.ts'
import { trainOptionHints, trainOptionKinds, type TrainOptions } from '../options.ts'

/** Follows each chunk of steps, about 50 ms of work. */
export interface RateTestProgress {
  /** Steps that are finished. */
  readonly step: number
  readonly steps: number
  /** Learning rate of the last step. */
  readonly rate: number
  /** Loss of the last step. */
  readonly loss: number
  readonly executor: ExecutorName
}

/** The options of `train` that a test of learning rates uses, and its own. */
export interface RateTestOptions extends Omit<
  TrainOptions,
  'epochs' | 'metrics' | 'earlyStopping' | 'resume'
> {
  /** Learning rate of the first step, greater than 0; the default is 1e-6. */
  readonly from?: number
  /** Learning rate of the last step, greater than `from`; the default is 10. */
  readonly to?: number
  /** Steps in which the rate grows from `from` to `to`, 20 to 100,000; the default is 300. */
  readonly steps?: number
  /** Called after each chunk of steps. */
  readonly onProgress?: (progress: RateTestProgress) => void
}

/** Where the rates of a test lie. */
export interface RateRange {
  readonly from: number
  readonly to: number
  readonly steps: number
}

const own = { from: 'any', to: 'any', steps: 'any', onProgress: 'function' } as const satisfies Record<
  string,
  OptionKind
>
const { epochs: _, metrics: __, earlyStopping: ___, resume: ____, ...shared } = trainOptionKinds

const FEWEST = 20
const MOST = 100_000

/**
 * Divides the options of a test into its range and those of `train`.
 * @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `TRAINER_BAD_OPTION`
 */
export function rateTestOptions(
  operation: string,
  options: RateTestOptions,
): RateRange & { readonly training: TrainOptions } {
  checkOptions(operation, options, { ...shared, ...own }, trainOptionHints)
  const { from = 1e-6, to = 10, steps = 300, onProgress: _progress, ...training } = options
  const wrong = (name: string, value: unknown, rule: string) =>
    new TreadleError('TRAINER_BAD_OPTION', `${operation}: \`${name}\` (=${show(value)}) must be ${rule}.`)
  if (!(typeof from === 'number' && from > 0 && from < Infinity))
    throw wrong('from', from, 'a number greater than 0')
  if (!(typeof to === 'number' && to > from && to < Infinity))
    throw wrong('to', to, `a number greater than \`from\` (=${from})`)
  if (!(Number.isInteger(steps) && steps >= FEWEST && steps <= MOST))
    throw wrong('steps', steps, `a whole number from ${FEWEST} to ${MOST}`)
  return { from, to, steps, training }
}
