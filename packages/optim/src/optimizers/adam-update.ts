import { fraction, positive } from '../fields.ts'
import type { PlainUpdate } from '../flat-parameters.ts'
import type { OptimizerData, OptimizerDefinition } from '../optimizer.ts'

export const adamFields = {
  beta1: fraction(0.9, 'Decay rate of the first moment, the mean of the gradients.'),
  beta2: fraction(0.999, 'Decay rate of the second moment, the mean of their squares.'),
  epsilon: positive(1e-7, 'Added to √v.'),
}

interface AdamMoments extends OptimizerData {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

const f = Math.fround

/** The update that Adam and AdamW share; each step first subtracts `decayOf` × learning rate × weight. */
export function adamUpdate<T extends AdamMoments>(
  decayOf: (optimizer: T) => number,
): Omit<OptimizerDefinition<T>, 'name' | 'title' | 'schema'> {
  return {
    slots: () => ['momentum', 'velocity'],
    scalars: () => ({ beta1Power: 1, beta2Power: 1 }),

    /**
     * lr·√(1−β₂ᵗ)/(1−β₁ᵗ). Keras raises float32 β to the power t in float32; the product in float64 rounded to
     * float32 is the same but for the last bit, and needs no Math.pow. Each operation after that is rounded where
     * Keras rounds it: with float64 scalars instead, training drifts from Keras's by more than 1e-4 of the loss
     * within 100 steps.
     */
    stepSize(clock, { beta1, beta2 }, learningRate) {
      const beta1Power = (clock['beta1Power'] as number) * f(beta1)
      const beta2Power = (clock['beta2Power'] as number) * f(beta2)
      clock['beta1Power'] = beta1Power
      clock['beta2Power'] = beta2Power
      const root = f(Math.sqrt(f(1 - f(beta2Power))))
      return f(f(f(learningRate) * root) / f(1 - f(beta1Power)))
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

    emit(emitter, optimizer, operands, slots) {
      emitter.emit('adam', {
        ...operands,
        first: slots['momentum'] as (typeof slots)[string],
        second: slots['velocity'] as (typeof slots)[string],
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
