import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { notNegative } from '../fields.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'
import { adamUpdate, amsgradField, betaFields } from './adam-update.ts'

const schema = z
  .strictObject({
    name: z.literal('adamw'),
    learningRate: learningRateSchema(1e-3),
    ...betaFields,
    amsgrad: amsgradField,
    ...commonFields,
    weightDecay: notNegative(0.004, 'Each step first subtracts weightDecay × learning rate × weight.'),
  })
  .check(...commonChecks, z.describe('Adam with decoupled weight decay (Loshchilov and Hutter, 2019).'))

export type AdamW = Readonly<z.output<typeof schema>>

export const adamwDefinition: OptimizerDefinition<AdamW> = {
  name: 'adamw',
  title: 'AdamW',
  schema,
  ...adamUpdate,
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
 * @param options those of `adam`, but weightDecay 0.004
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adamW(options: Partial<Omit<AdamW, 'name'>> = {}): AdamW {
  return createOptimizer(adamwDefinition, 'adamW', options)
}
