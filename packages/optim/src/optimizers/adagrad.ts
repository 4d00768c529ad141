import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { notNegative, positive } from '../fields.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'

const schema = z
  .strictObject({
    name: z.literal('adagrad'),
    learningRate: learningRateSchema(1e-3),
    initialAccumulatorValue: notNegative(0.1, 'The sum of squared gradients at the start.'),
    epsilon: positive(1e-7, 'A small number that keeps the divisor from being 0.'),
    ...commonFields,
  })
  .check(...commonChecks, z.describe('Adagrad (Duchi et al., 2011).'))

export type Adagrad = Readonly<z.output<typeof schema>>

const f = Math.fround

export const adagradDefinition: OptimizerDefinition<Adagrad> = {
  name: 'adagrad',
  title: 'Adagrad',
  schema,
  slots: ({ initialAccumulatorValue }) => ({ accumulator: initialAccumulatorValue }),
  clock: () => ({}),
  advance: () => [],

  plain({ epsilon }) {
    const eps = f(epsilon)
    return ({ weights: w, gradients: g, slots }, scalars) => {
      const lr = scalars[0] as number
      const sum = slots['accumulator'] as Float32Array
      for (let i = 0; i < w.length; i++) {
        const gi = g[i] as number
        const si = f((sum[i] as number) + f(gi * gi))
        sum[i] = si
        w[i] = f((w[i] as number) - f(f(lr * gi) / f(Math.sqrt(f(si + eps)))))
      }
    }
  },

  emit(emitter, { epsilon }, operands, slots) {
    const accumulator = slots['accumulator'] as (typeof slots)[string]
    emitter.emit('adagrad', { ...operands, accumulator, epsilon })
  },
}

/**
 * Adagrad (Duchi et al., 2011) in Keras's form: s ← s + g², then w ← w − lr·g / √(s + ε).
 * @param options learningRate 0.001, initialAccumulatorValue 0.1, epsilon 1e-7, and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adagrad(options: Partial<Omit<Adagrad, 'name'>> = {}): Adagrad {
  return createOptimizer(adagradDefinition, 'adagrad', options)
}
