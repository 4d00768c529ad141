import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'
import { betaFields } from './adam-update.ts'

const schema = z
  .strictObject({
    name: z.literal('nadam'),
    learningRate: learningRateSchema(1e-3),
    ...betaFields,
    ...commonFields,
  })
  .check(...commonChecks, z.describe('Adam with Nesterov momentum (Dozat, 2016).'))

export type Nadam = Readonly<z.output<typeof schema>>

const f = Math.fround
const DECAY = f(0.96)

export const nadamDefinition: OptimizerDefinition<Nadam> = {
  name: 'nadam',
  title: 'Nadam',
  schema,
  slots: () => ({ momentum: 0, velocity: 0 }),
  clock: () => ({ beta2Power: 1, decayPower: 1, product: 1 }),

  /** uₜ₊₁, 1 − ∏uᵢ up to t + 1, 1 − uₜ, 1 − ∏uᵢ up to t, 1 − β₂ᵗ, where uₜ = β₁·(1 − 0.96ᵗ / 2). */
  advance(clock, { beta1, beta2 }) {
    const beta2Power = (clock['beta2Power'] as number) * f(beta2)
    const decayPower = (clock['decayPower'] as number) * DECAY
    const damping = f(1 - f(0.5 * f(decayPower)))
    const next = f(f(beta1) * f(1 - f(0.5 * f(decayPower * DECAY))))
    const product = f(f((clock['product'] as number) * f(beta1)) * damping)
    Object.assign(clock, { beta2Power, decayPower, product })
    return [
      next,
      f(1 - f(product * next)),
      f(1 - f(f(beta1) * damping)),
      f(1 - product),
      f(1 - f(beta2Power)),
    ]
  },

  plain({ beta1, beta2, epsilon }) {
    const c1 = f(1 - f(beta1)) // in float32, unlike Adam
    const c2 = f(1 - f(beta2))
    const eps = f(epsilon)
    return ({ weights: w, gradients: g, slots }, scalars) => {
      const [lr, next, nextRest, present, presentRest, correction] = scalars as readonly number[] as [
        number,
        number,
        number,
        number,
        number,
        number,
      ]
      const m = slots['momentum'] as Float32Array
      const v = slots['velocity'] as Float32Array
      for (let i = 0; i < w.length; i++) {
        const gi = g[i] as number
        const mi = f((m[i] as number) + f(f(gi - (m[i] as number)) * c1))
        const vi = f((v[i] as number) + f(f(f(gi * gi) - (v[i] as number)) * c2))
        m[i] = mi
        v[i] = vi
        const mean = f(f(f(next * mi) / nextRest) + f(f(present * gi) / presentRest))
        w[i] = f((w[i] as number) - f(f(mean * lr) / f(f(Math.sqrt(f(vi / correction))) + eps)))
      }
    }
  },

  emit(emitter, { beta1, beta2, epsilon }, operands, slots) {
    emitter.emit('nadam', {
      ...operands,
      first: slots['momentum'] as (typeof slots)[string],
      second: slots['velocity'] as (typeof slots)[string],
      c1: f(1 - f(beta1)), // in float32, unlike Adam
      c2: f(1 - f(beta2)),
      epsilon,
    })
  },
}

/**
 * Adam with Nesterov momentum (Dozat, 2016) in Keras's form.
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function nadam(options: Partial<Omit<Nadam, 'name'>> = {}): Nadam {
  return createOptimizer(nadamDefinition, 'nadam', options)
}
