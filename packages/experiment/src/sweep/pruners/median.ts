import * as z from 'zod/mini'
import { lastEpoch } from '../past-trial.ts'
import { definePruner } from './pruner.ts'

/**
 * The median stopping rule (D. Golovin et al., "Google Vizier", 2017): ends a trial whose best epoch so far is worse than
 * the median of the complete trials at the same epoch.
 */
export const median = definePruner({
  name: 'median',
  description: 'ends a trial that is worse than the median at its epoch',
  schema: z.strictObject({
    name: z.literal('median'),
    /** Complete trials before the first is ended. */
    startupTrials: z._default(z.int().check(z.gte(1)), 5),
    /** Epochs before which no trial is ended. */
    warmupEpochs: z._default(z.int().check(z.gte(0)), 0),
  }),
  prune(trial, { trials, options: { startupTrials, warmupEpochs } }) {
    const epoch = lastEpoch(trial)
    const complete = trials.filter(({ state }) => state === 'complete')
    if (complete.length < startupTrials || epoch < warmupEpochs) return false
    const others = complete.flatMap(({ losses }) => losses.get(epoch) ?? []).toSorted((a, b) => a - b)
    const middle = others.length / 2
    const value = ((others[Math.ceil(middle) - 1] as number) + (others[Math.floor(middle)] as number)) / 2
    return others.length > 0 && Math.min(...trial.losses.values()) > value
  },
})
