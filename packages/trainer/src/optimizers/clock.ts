import type { Optimizer } from './optimizer.ts'

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
 *
 * Keras raises float32 β to the power t in float32; the product in float64 rounded to float32 is the same but for
 * the last bit, and needs no Math.pow. Each operation after that is rounded where Keras rounds it: with float64
 * scalars instead, training drifts from Keras's by more than 1e-4 of the loss within 100 steps.
 */
export function advance(clock: OptimizerClock, optimizer: Optimizer, learningRate: number): number {
  const f = Math.fround
  clock.iterations += 1
  if (optimizer.name === 'sgd') return f(learningRate)
  clock.beta1Power *= f(optimizer.beta1)
  clock.beta2Power *= f(optimizer.beta2)
  const root = f(Math.sqrt(f(1 - f(clock.beta2Power))))
  return f(f(f(learningRate) * root) / f(1 - f(clock.beta1Power)))
}
