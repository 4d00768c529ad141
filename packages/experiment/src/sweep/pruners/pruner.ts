import type * as z from 'zod/mini'
import type { PastTrial } from '../past-trial.ts'

/** What a pruner knows besides the trials. */
export interface Pruning<Options> {
  readonly options: Options
  /** All trials of the sweep. */
  readonly trials: readonly PastTrial[]
  /** Of the sweep. */
  readonly seed: number
  /** Of a whole trial. */
  readonly epochs: number
}

/** Ends trials that have little chance to become the best. */
export interface Pruner<Schema extends z.core.$ZodType = z.core.$ZodType> {
  readonly name: string
  /** A phrase without a full stop. */
  readonly description: string
  /** Of its options in the file of a sweep, with its name. */
  readonly schema: Schema
  /** Whether to end a trial after its last epoch. */
  prune(trial: PastTrial, pruning: Pruning<z.output<Schema>>): boolean
}

/** Infers the type of the options. */
export const definePruner = <Schema extends z.core.$ZodType>(pruner: Pruner<Schema>): Pruner<Schema> => pruner
