import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { flag, fraction } from '../fields.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'

const schema = z
  .strictObject({
    name: z.literal('sgd'),
    learningRate: learningRateSchema(0.01),
    momentum: fraction(0, 'Fraction of the last change that is repeated.'),
    nesterov: flag(false, "Nesterov's form of the momentum."),
    ...commonFields,
  })
  .check(...commonChecks, z.describe('Stochastic gradient descent, with or without momentum.'))

export type Sgd = Readonly<z.output<typeof schema>>

const f = Math.fround

export const sgdDefinition: OptimizerDefinition<Sgd> = {
  name: 'sgd',
  title: 'SGD',
  schema,
  slots: ({ momentum }) => (momentum > 0 ? { momentum: 0 } : {}),
  clock: () => ({}),
  advance: () => [],

  plain({ momentum, nesterov }) {
    const mu = f(momentum)
    return ({ weights: w, gradients: g, slots }, scalars) => {
      const lr = scalars[0] as number
      const m = slots['momentum']
      for (let i = 0; i < w.length; i++) {
        const step = f((g[i] as number) * lr)
        if (m) {
          const moved = f(f((m[i] as number) * mu) - step)
          m[i] = moved
          w[i] = f((w[i] as number) + (nesterov ? f(f(moved * mu) - step) : moved))
        } else w[i] = f((w[i] as number) - step)
      }
    }
  },

  emit(emitter, { momentum, nesterov }, operands, slots) {
    emitter.emit('sgd', { ...operands, first: slots['momentum'] ?? 0, momentum, nesterov: nesterov ? 1 : 0 })
  },
}

/**
 * Stochastic gradient descent in Keras's form: with momentum, m ← momentum·m − lr·g, then w ← w + m (or, by
 * Nesterov, w + momentum·m − lr·g).
 * @param options learningRate 0.01, momentum 0, nesterov false, and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function sgd(options: Partial<Omit<Sgd, 'name'>> = {}): Sgd {
  return createOptimizer(sgdDefinition, 'sgd', options)
}
