import type { Values } from './parameters.ts'

/** What a sampler and a pruner know of a trial. */
export interface PastTrial {
  readonly number: number
  readonly state: 'running' | 'complete' | 'pruned'
  readonly values: Values
  /** The objective, lower is better. Of a pruned trial that of its last epoch; undefined while it runs. */
  readonly loss: number | undefined
  /** The metric of the objective after each epoch, lower is better. */
  readonly losses: ReadonlyMap<number, number>
}

/** The last epoch of a trial; 0 before the first. */
export const lastEpoch = ({ losses }: PastTrial): number => Math.max(0, ...losses.keys())
