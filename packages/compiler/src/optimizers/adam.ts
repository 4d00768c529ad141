import type { Reference } from '../storage.ts'
import {
  checked,
  fraction,
  positive,
  type OptimizerOptions,
  type OptimizerRule,
  type PlainUpdate,
} from './optimizer.ts'

export interface AdamMoments extends OptimizerOptions {
  /** Decay of the first moment. */
  readonly beta1: number
  /** Decay of the second moment. */
  readonly beta2: number
  /** Added to √v (Keras's place for it). */
  readonly epsilon: number
}

export interface Adam extends AdamMoments {
  readonly name: 'adam'
}

export const adamDefaults = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
export const adamRanges = { beta1: fraction, beta2: fraction, epsilon: positive }

/**
 * Adam (Kingma and Ba, 2015), Keras's form: w ← w − m·lr·√(1−β₂ᵗ)/(1−β₁ᵗ) / (√v + ε).
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adam(options: Partial<Omit<Adam, 'name'>> = {}): Adam {
  return checked({ name: 'adam', ...adamDefaults, ...options }, adamRanges)
}

const f = Math.fround

/** Adam, with Keras's decoupled weight decay: each step first takes `decayOf` × learning rate of every weight away. */
export function adamRuleWith<T extends AdamMoments>(decayOf: (optimizer: T) => number): OptimizerRule<T> {
  return {
    slots: () => ['momentum', 'velocity'],

    /**
     * lr·√(1−β₂ᵗ)/(1−β₁ᵗ). Keras raises float32 β to the power t in float32; the product in float64 rounded to
     * float32 is the same but for the last bit, and needs no Math.pow. Each operation after that is rounded where
     * Keras rounds it: with float64 scalars instead, training drifts from Keras's by more than 1e-4 of the loss
     * within 100 steps.
     */
    stepSize(clock, { beta1, beta2 }, learningRate) {
      clock.beta1Power *= f(beta1)
      clock.beta2Power *= f(beta2)
      const root = f(Math.sqrt(f(1 - f(clock.beta2Power))))
      return f(f(f(learningRate) * root) / f(1 - f(clock.beta1Power)))
    },

    plain(optimizer) {
      const weightDecay = decayOf(optimizer)
      const step = adamStep(optimizer)
      if (weightDecay === 0) return step
      const wd = f(weightDecay)
      return (parameters, alpha, learningRate) => {
        const { weights: w } = parameters
        for (let i = 0; i < w.length; i++) {
          const value = w[i] as number
          w[i] = f(value - f(f(value * wd) * learningRate))
        }
        step(parameters, alpha, learningRate)
      }
    },

    emit(emit, optimizer, operands, slots) {
      emit.emit('adam', {
        ...operands,
        first: slots['momentum'] as Reference,
        second: slots['velocity'] as Reference,
        // Subtracted in float64, as Python does.
        c1: 1 - optimizer.beta1,
        c2: 1 - optimizer.beta2,
        epsilon: optimizer.epsilon,
        decay: decayOf(optimizer),
      })
    },
  }
}

function adamStep({ beta1, beta2, epsilon }: AdamMoments): PlainUpdate {
  const c1 = f(1 - beta1) // subtracted in float64, as Python does
  const c2 = f(1 - beta2)
  const eps = f(epsilon)
  return ({ weights: w, gradients: g, slots }, alpha) => {
    const m = slots['momentum'] as Float32Array
    const v = slots['velocity'] as Float32Array
    for (let i = 0; i < w.length; i++) {
      const gi = g[i] as number
      const mi = f((m[i] as number) + f(f(gi - (m[i] as number)) * c1))
      const vi = f((v[i] as number) + f(f(f(gi * gi) - (v[i] as number)) * c2))
      m[i] = mi
      v[i] = vi
      w[i] = f((w[i] as number) - f(f(mi * alpha) / f(f(Math.sqrt(vi)) + eps)))
    }
  }
}

export const adamRule: OptimizerRule<Adam> = adamRuleWith(() => 0)
