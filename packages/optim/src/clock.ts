import { definitionOf, type Optimizer } from './optimizers/index.ts'

/** An optimizer's memory besides its slots: steps taken, and its scalars by name. */
export interface OptimizerClock {
  /** Steps taken. */
  iterations: number
  [scalar: string]: number
}

/** The clock before the first step. */
export function startClock(optimizer: Optimizer): OptimizerClock {
  return { iterations: 0, ...definitionOf(optimizer).scalars(optimizer) }
}

/**
 * Advances the clock by one step.
 * @returns the scalar that multiplies the step's update, as float32: SGD's learning rate, Adam's lr·√(1−β₂ᵗ)/(1−β₁ᵗ)
 */
export function advanceClock(clock: OptimizerClock, optimizer: Optimizer, learningRate: number): number {
  clock.iterations += 1
  return definitionOf(optimizer).stepSize(clock, optimizer, learningRate)
}
