import * as z from 'zod/mini'
import { clipsOneWay, commonFields } from '../common-options.ts'
import { flag, fraction } from '../fields.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'

const schema = z
  .strictObject({
    name: z.literal('sgd'),
    learningRate: learningRateSchema(0.01),
    momentum: fraction(0, 'Fraction of the last change that is repeated.'),
    nesterov: flag(false, 'Applies the momentum before it is updated, as Nesterov does.'),
    ...commonFields,
  })
  .check(clipsOneWay, z.describe('Stochastic gradient descent, with or without momentum.'))

export type Sgd = Readonly<z.output<typeof schema>>

const f = Math.fround

export const sgdDefinition: OptimizerDefinition<Sgd> = {
  name: 'sgd',
  title: 'SGD',
  schema,
  slots: ({ momentum }) => (momentum > 0 ? ['momentum'] : []),
  scalars: () => ({}),
  stepSize: (_clock, _optimizer, learningRate) => f(learningRate),

  plain({ momentum, nesterov }) {
    if (momentum === 0) {
      return ({ weights: w, gradients: g }, lr) => {
        for (let i = 0; i < w.length; i++) w[i] = f((w[i] as number) - f((g[i] as number) * lr))
      }
    }
    const mu = f(momentum)
    return ({ weights: w, gradients: g, slots }, lr) => {
      const m = slots['momentum'] as Float32Array
      for (let i = 0; i < w.length; i++) {
        const step = f((g[i] as number) * lr)
        const moved = f(f((m[i] as number) * mu) - step)
        m[i] = moved
        w[i] = f((w[i] as number) + (nesterov ? f(f(moved * mu) - step) : moved))
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
 * @param options learningRate 0.01, momentum 0, nesterov false, and the common ones
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function sgd(options: Partial<Omit<Sgd, 'name'>> = {}): Sgd {
  return createOptimizer(sgdDefinition, 'sgd', options)
}
