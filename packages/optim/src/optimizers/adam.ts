import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'
import { adamUpdate, amsgradField, betaFields } from './adam-update.ts'

const schema = z
  .strictObject({
    name: z.literal('adam'),
    learningRate: learningRateSchema(1e-3),
    ...betaFields,
    amsgrad: amsgradField,
    ...commonFields,
  })
  .check(...commonChecks, z.describe('Adam (Kingma and Ba, 2015).'))

export type Adam = Readonly<z.output<typeof schema>>

export const adamDefinition: OptimizerDefinition<Adam> = {
  name: 'adam',
  title: 'Adam',
  schema,
  ...adamUpdate,
}

/**
 * Adam (Kingma and Ba, 2015) in Keras's form: w ← w − m·lr·√(1−β₂ᵗ)/(1−β₁ᵗ) / (√v + ε).
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, amsgrad false, and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adam(options: Partial<Omit<Adam, 'name'>> = {}): Adam {
  return createOptimizer(adamDefinition, 'adam', options)
}
