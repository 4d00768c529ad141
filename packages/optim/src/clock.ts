import { averagingScalars } from './averaging.ts'
import { lookaheadScalars } from './lookahead.ts'
import type { StepScalars } from './flat-parameters.ts'
import type { OptimizerClock } from './optimizer.ts'
import { definitionOf, type Optimizer } from './optimizers/index.ts'

/** The clock before the first step. */
export function startClock(optimizer: Optimizer): OptimizerClock {
  return { iterations: 0, ...definitionOf(optimizer).clock(optimizer) }
}

/**
 * Advances the clock by one step.
 * @returns the step's scalars, of the same number for every step
 */
export function advanceClock(
  clock: OptimizerClock,
  optimizer: Optimizer,
  learningRate: number,
): readonly number[] & StepScalars {
  clock.iterations += 1
  const rate = Math.fround(learningRate)
  const own = definitionOf(optimizer).advance(clock, optimizer, rate)
  return [rate, ...own, ...lookaheadScalars(clock, optimizer), ...averagingScalars(clock, optimizer)]
}
