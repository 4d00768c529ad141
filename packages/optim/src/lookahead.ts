import type { CommonOptions } from './common-options.ts'
import type { OptimizerClock } from './optimizer.ts'

/** The slot of the slow weights. It begins with the weights. */
export const SLOW = 'slow'

const f = Math.fround

/**
 * Lookahead (Zhang et al., 2019): after every `lookaheadSteps` steps the slow weights move by `lookaheadAlpha` of the way
 * to the weights, and the weights are set to them. As scalars of an average: its momentum, which is 1 in the steps
 * between, and whether the weights are set to it.
 */
export function lookaheadScalars(
  { iterations }: OptimizerClock,
  { lookaheadSteps, lookaheadAlpha }: CommonOptions,
): number[] {
  if (lookaheadSteps === undefined) return []
  return iterations % lookaheadSteps === 0 ? [f(1 - lookaheadAlpha), 1] : [1, 0]
}
