import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { flag, fraction, positive } from '../fields.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'

const schema = z
  .strictObject({
    name: z.literal('rmsprop'),
    learningRate: learningRateSchema(1e-3),
    rho: fraction(0.9, 'Decay rate of the mean of the squared gradients.'),
    momentum: fraction(0, 'Fraction of the last change that is repeated.'),
    epsilon: positive(1e-7, 'A small number that keeps the divisor from being 0.'),
    centered: flag(false, 'Divides by the variance of the gradients instead of the mean of their squares.'),
    ...commonFields,
  })
  .check(...commonChecks, z.describe('RMSprop (Tieleman and Hinton, 2012).'))

export type RmsProp = Readonly<z.output<typeof schema>>

const f = Math.fround

export const rmspropDefinition: OptimizerDefinition<RmsProp> = {
  name: 'rmsprop',
  title: 'RMSprop',
  schema,
  slots: ({ momentum, centered }) => ({
    velocity: 0,
    ...(momentum > 0 && { momentum: 0 }),
    ...(centered && { average_gradient: 0 }),
  }),
  clock: () => ({}),
  advance: () => [],

  plain({ rho, momentum, epsilon }) {
    const decay = f(rho)
    const rest = f(1 - rho) // subtracted in float64, as Python does
    const mu = f(momentum)
    const eps = f(epsilon)
    return ({ weights: w, gradients: g, slots }, scalars) => {
      const lr = scalars[0] as number
      const v = slots['velocity'] as Float32Array
      const m = slots['momentum']
      const average = slots['average_gradient']
      for (let i = 0; i < w.length; i++) {
        const gi = g[i] as number
        const vi = f(f(decay * (v[i] as number)) + f(rest * f(gi * gi)))
        v[i] = vi
        let spread = vi
        if (average) {
          const mean = f(f(decay * (average[i] as number)) + f(rest * gi))
          average[i] = mean
          spread = f(vi - f(mean * mean))
        }
        let change = f(f(lr * gi) / f(Math.sqrt(f(spread + eps))))
        if (m) m[i] = change = f(f(mu * (m[i] as number)) + change)
        w[i] = f((w[i] as number) - change)
      }
    }
  },

  emit(emitter, { rho, momentum, epsilon }, operands, slots) {
    emitter.emit('rmsprop', {
      ...operands,
      velocity: slots['velocity'] as (typeof slots)[string],
      first: slots['momentum'] ?? 0,
      average: slots['average_gradient'] ?? 0,
      rho,
      rest: 1 - rho, // in float64, as Python does
      momentum,
      epsilon,
    })
  },
}

/**
 * RMSprop (Tieleman and Hinton, 2012) in Keras's form: v ← ρ·v + (1−ρ)·g², then w ← w − lr·g / √(v + ε); centered,
 * v less the square of the mean gradient takes the place of v.
 * @param options learningRate 0.001, rho 0.9, momentum 0, epsilon 1e-7, centered false, and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function rmsprop(options: Partial<Omit<RmsProp, 'name'>> = {}): RmsProp {
  return createOptimizer(rmspropDefinition, 'rmsprop', options)
}
