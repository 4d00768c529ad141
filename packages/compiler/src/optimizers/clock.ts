import { ruleOf, type Optimizer } from './index.ts'

/** How far an optimizer has come: the only memory it has beside its slots. */
export interface OptimizerClock {
  /** Steps taken. */
  iterations: number
  /** fround(β₁)ᵗ and fround(β₂)ᵗ as running products in float64; 1 for SGD. */
  beta1Power: number
  beta2Power: number
}

export function startClock(): OptimizerClock {
  return { iterations: 0, beta1Power: 1, beta2Power: 1 }
}

/**
 * Advances the clock by one step and returns the scalar that multiplies its update, as float32: SGD's learning rate
 * or Adam's lr·√(1−β₂ᵗ)/(1−β₁ᵗ).
 */
export function advanceClock(clock: OptimizerClock, optimizer: Optimizer, learningRate: number): number {
  clock.iterations += 1
  return ruleOf(optimizer).stepSize(clock, optimizer, learningRate)
}
