import { Purpose, RandomStream } from '@treadle/core'
import type { Parameter, Values } from '../parameters.ts'
import type { PastTrial } from '../past-trial.ts'

/** Chooses the values of trials. The same seed, number and past give the same values. */
export interface Sampler {
  readonly name: string
  /** A phrase without a full stop. */
  readonly description: string
  /**
   * The values of a trial.
   * @param parameters a parameter comes after those of its condition
   * @param number of the trial, from 0
   * @param past trials that were complete, pruned or running when this one was chosen. Grid, random and quasi-random samplers
   *   do not use them, so that the trials are the same for any number of workers
   * @returns undefined after the last trial
   */
  suggest(
    parameters: readonly Parameter[],
    seed: number,
    number: number,
    past: readonly PastTrial[],
  ): Values | undefined
}

/** Sets a sampler's numbers apart from those that training draws with the same seed. */
const STREAM = 0x73776570

/** Random numbers of a sampler for two indices of its choice. */
export const sweepStream = (seed: number, epoch: number, step: number): RandomStream =>
  new RandomStream(seed, Purpose.shuffle, { stream: STREAM, epoch, step })
