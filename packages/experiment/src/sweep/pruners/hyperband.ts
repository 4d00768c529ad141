import * as z from 'zod/mini'
import { sweepStream } from '../samplers/sampler.ts'
import { fallsAtRung } from './asha.ts'
import { definePruner } from './pruner.ts'

/**
 * Hyperband (L. Li et al., 2018) over asynchronous successive halving: brackets with a first rung of r, rη, rη² … epochs.
 * Trials are assigned to brackets at random, in proportion to the number that the algorithm gives each, and compete within
 * their bracket.
 */
export const hyperband = definePruner({
  name: 'hyperband',
  description: 'successive halving that begins earlier in some brackets of trials, and later in others',
  schema: z.strictObject({
    name: z.literal('hyperband'),
    minEpochs: z._default(z.int().check(z.gte(1)), 1),
    factor: z._default(z.int().check(z.gte(2)), 3),
  }),
  prune(trial, { trials, seed, epochs, options: { minEpochs, factor } }) {
    const sizes = bracketSizes(minEpochs, epochs, factor)
    const bracket = bracketOf(trial.number, seed, sizes)
    const rivals = trials.filter(({ number }) => bracketOf(number, seed, sizes) === bracket)
    return fallsAtRung(trial, rivals, minEpochs * factor ** bracket, factor)
  },
})

/** Trials of each bracket in one round; the first bracket begins at the first rung. */
export function bracketSizes(first: number, epochs: number, factor: number): number[] {
  let count = 1
  while (first * factor ** count <= epochs) count++
  return Array.from({ length: count }, (_, i) => Math.ceil((count * factor ** (count - 1 - i)) / (count - i)))
}

/** Sets the draws apart from those of the samplers. */
const STEP = 0x42726b74

/** The bracket of a trial. */
export function bracketOf(number: number, seed: number, sizes: readonly number[]): number {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let place = sweepStream(seed, number, STEP).below(total, 0)
  return sizes.findIndex((size) => (place -= size) < 0)
}
