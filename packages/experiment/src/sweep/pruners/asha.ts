import * as z from 'zod/mini'
import { type PastTrial, lastEpoch } from '../past-trial.ts'
import { definePruner } from './pruner.ts'

/**
 * Asynchronous successive halving (L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020), in the form
 * that stops trials and never pauses them: the rungs are after r, rη, rη² … epochs, and of the trials that have reached a
 * rung, the best share of 1/η continues.
 */
export const asha = definePruner({
  name: 'asha',
  description: 'successive halving: of the trials at a rung the best 1/factor continue',
  schema: z.strictObject({
    name: z.literal('asha'),
    /** The first rung. */
    minEpochs: z._default(z.int().check(z.gte(1)), 1),
    /** From one rung to the next. */
    factor: z._default(z.int().check(z.gte(2)), 4),
  }),
  prune: (trial, { trials, options: { minEpochs, factor } }) => fallsAtRung(trial, trials, minEpochs, factor),
})

/** Whether a trial has just reached a rung and is not among the best 1/factor there. */
export function fallsAtRung(
  trial: PastTrial,
  trials: readonly PastTrial[],
  first: number,
  factor: number,
): boolean {
  const epoch = lastEpoch(trial)
  let rung = first
  while (rung < epoch) rung *= factor
  if (rung !== epoch) return false
  const loss = trial.losses.get(epoch) as number
  const competing = trials.flatMap((each) => each.losses.get(epoch) ?? []).toSorted((a, b) => a - b)
  // Of fewer trials than the factor, the best one continues.
  const passing = Math.max(1, Math.floor(competing.length / factor))
  return loss > (competing[passing - 1] as number)
}
