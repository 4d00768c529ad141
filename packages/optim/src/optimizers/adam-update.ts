import { flag, fraction, positive } from '../fields.ts'
import type { OptimizerData, OptimizerDefinition } from '../optimizer.ts'

/** The fields of Adam and its relatives. */
export const betaFields = {
  beta1: fraction(0.9, 'Decay rate of the first moment, the mean of the gradients.'),
  beta2: fraction(0.999, 'Decay rate of the second moment, the mean of their squares.'),
  epsilon: positive(1e-7, 'A small number that keeps the divisor from being 0.'),
}

export const amsgradField = flag(
  false,
  'Divides by the largest second moment so far instead of the present one (Reddi et al., 2018).',
)

interface AdamMoments extends OptimizerData {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly amsgrad: boolean
}

const f = Math.fround

/** What Adam and AdamW, which differ in their defaults only, do. */
export const adamUpdate: Omit<OptimizerDefinition<AdamMoments>, 'name' | 'title' | 'schema'> = {
  slots: ({ amsgrad }) => ({ momentum: 0, velocity: 0, ...(amsgrad && { velocity_hat: 0 }) }),
  clock: () => ({ beta1Power: 1, beta2Power: 1 }),

  /**
   * lr·√(1−β₂ᵗ)/(1−β₁ᵗ). Keras raises float32 β to the power t in float32; the product in float64 rounded to
   * float32 is the same but for the last bit, and needs no Math.pow. Each operation after that is rounded where
   * Keras rounds it: with float64 scalars instead, training drifts from Keras's by more than 1e-4 of the loss
   * within 100 steps.
   */
  advance(clock, { beta1, beta2 }, learningRate) {
    const beta1Power = (clock['beta1Power'] as number) * f(beta1)
    const beta2Power = (clock['beta2Power'] as number) * f(beta2)
    Object.assign(clock, { beta1Power, beta2Power })
    const root = f(Math.sqrt(f(1 - f(beta2Power))))
    return [f(f(learningRate * root) / f(1 - f(beta1Power)))]
  },

  rateScalars: [1],

  plain({ beta1, beta2, epsilon }) {
    const c1 = f(1 - beta1) // subtracted in float64, as Python does
    const c2 = f(1 - beta2)
    const eps = f(epsilon)
    return ({ weights: w, gradients: g, slots }, scalars) => {
      const alpha = scalars[1] as number
      const m = slots['momentum'] as Float32Array
      const v = slots['velocity'] as Float32Array
      const most = slots['velocity_hat']
      for (let i = 0; i < w.length; i++) {
        const gi = g[i] as number
        const mi = f((m[i] as number) + f(f(gi - (m[i] as number)) * c1))
        let vi = f((v[i] as number) + f(f(f(gi * gi) - (v[i] as number)) * c2))
        m[i] = mi
        v[i] = vi
        if (most) most[i] = vi = Math.max(most[i] as number, vi)
        w[i] = f((w[i] as number) - f(f(mi * alpha) / f(f(Math.sqrt(vi)) + eps)))
      }
    }
  },

  emit(emitter, { beta1, beta2, epsilon }, operands, slots) {
    emitter.emit('adam', {
      ...operands,
      first: slots['momentum'] as (typeof slots)[string],
      second: slots['velocity'] as (typeof slots)[string],
      secondMax: slots['velocity_hat'] ?? 0,
      // Subtracted in float64, as Python does.
      c1: 1 - beta1,
      c2: 1 - beta2,
      epsilon,
    })
  },
}
