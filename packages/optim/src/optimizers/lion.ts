import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { fraction } from '../fields.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'

const schema = z
  .strictObject({
    name: z.literal('lion'),
    learningRate: learningRateSchema(1e-3),
    beta1: fraction(0.9, 'Weight of the momentum in the step.'),
    beta2: fraction(0.99, 'Decay rate of the momentum.'),
    ...commonFields,
  })
  .check(...commonChecks, z.describe('Lion (Chen et al., 2023): every element moves by the learning rate.'))

export type Lion = Readonly<z.output<typeof schema>>

const f = Math.fround

export const lionDefinition: OptimizerDefinition<Lion> = {
  name: 'lion',
  title: 'Lion',
  schema,
  slots: () => ({ momentum: 0 }),
  clock: () => ({}),
  advance: () => [],

  plain({ beta1, beta2 }) {
    const [b1, c1] = [f(beta1), f(1 - f(beta1))] // in float32, unlike Adam
    const [b2, c2] = [f(beta2), f(1 - f(beta2))]
    return ({ weights: w, gradients: g, slots }, scalars) => {
      const lr = scalars[0] as number
      const m = slots['momentum'] as Float32Array
      for (let i = 0; i < w.length; i++) {
        const gi = g[i] as number
        const mi = m[i] as number
        const x = f(f(mi * b1) + f(gi * c1))
        const sign = (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0)
        w[i] = f((w[i] as number) - f(lr * sign))
        m[i] = f(f(mi * b2) + f(gi * c2))
      }
    }
  },

  emit(emitter, { beta1, beta2 }, operands, slots) {
    emitter.emit('lion', {
      ...operands,
      first: slots['momentum'] as (typeof slots)[string],
      beta1,
      c1: f(1 - f(beta1)), // in float32, unlike Adam
      beta2,
      c2: f(1 - f(beta2)),
    })
  },
}

/**
 * Lion (Chen et al., 2023) in Keras's form: w ← w − lr·sign(β₁·m + (1−β₁)·g), then m ← β₂·m + (1−β₂)·g.
 * @param options learningRate 0.001, beta1 0.9, beta2 0.99, and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function lion(options: Partial<Omit<Lion, 'name'>> = {}): Lion {
  return createOptimizer(lionDefinition, 'lion', options)
}
