import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'
import { betaFields } from './adam-update.ts'

const schema = z
  .strictObject({
    name: z.literal('adamax'),
    learningRate: learningRateSchema(1e-3),
    ...betaFields,
    ...commonFields,
  })
  .check(...commonChecks, z.describe('Adam with the infinity norm (Kingma and Ba, 2015).'))

export type Adamax = Readonly<z.output<typeof schema>>

const f = Math.fround

export const adamaxDefinition: OptimizerDefinition<Adamax> = {
  name: 'adamax',
  title: 'Adamax',
  schema,
  slots: () => ({ momentum: 0, norm: 0 }),
  clock: () => ({ beta1Power: 1 }),

  /** 1 − β₁ᵗ */
  advance(clock, { beta1 }) {
    const beta1Power = (clock['beta1Power'] as number) * f(beta1)
    clock['beta1Power'] = beta1Power
    return [f(1 - f(beta1Power))]
  },

  plain({ beta1, beta2, epsilon }) {
    const c1 = f(1 - beta1) // subtracted in float64, as Python does
    const decay = f(beta2)
    const eps = f(epsilon)
    return ({ weights: w, gradients: g, slots }, scalars) => {
      const lr = scalars[0] as number
      const correction = scalars[1] as number
      const m = slots['momentum'] as Float32Array
      const u = slots['norm'] as Float32Array
      for (let i = 0; i < w.length; i++) {
        const gi = g[i] as number
        const mi = f((m[i] as number) + f(f(gi - (m[i] as number)) * c1))
        const ui = Math.max(f(decay * (u[i] as number)), Math.abs(gi))
        m[i] = mi
        u[i] = ui
        w[i] = f((w[i] as number) - f(f(lr * mi) / f(correction * f(ui + eps))))
      }
    }
  },

  emit(emitter, { beta1, beta2, epsilon }, operands, slots) {
    emitter.emit('adamax', {
      ...operands,
      first: slots['momentum'] as (typeof slots)[string],
      norm: slots['norm'] as (typeof slots)[string],
      c1: 1 - beta1, // in float64, as Python does
      beta2,
      epsilon,
    })
  },
}

/**
 * Adamax (Kingma and Ba, 2015) in Keras's form: u ← max(β₂·u, |g|), then w ← w − lr·m / ((1−β₁ᵗ)·(u + ε)).
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adamax(options: Partial<Omit<Adamax, 'name'>> = {}): Adamax {
  return createOptimizer(adamaxDefinition, 'adamax', options)
}
