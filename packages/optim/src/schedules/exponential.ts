import { exp, log } from '@treadle/core'
import * as z from 'zod/mini'
import { positive } from '../fields.ts'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'
import { peakField } from './shape.ts'

const schema = z
  .strictObject({
    schedule: z.literal('exponential'),
    peak: peakField,
    rate: z.number().check(z.positive(), z.describe('The factor that `every` epochs bring.')),
    every: positive(1, 'Epochs in which the learning rate is multiplied by `rate`.'),
  })
  .check(z.describe('Multiplies the learning rate by `rate` in each `every` epochs, a little at every step.'))

export type ExponentialDecay = Readonly<z.output<typeof schema>>

export const exponentialSchedule: ScheduleDefinition<ExponentialDecay> = {
  name: 'exponential',
  schema,
  rate: ({ peak, rate, every }, { iteration, stepsPerEpoch }) =>
    peak * exp((iteration / stepsPerEpoch / every) * log(rate)),
}

/**
 * Multiplies the learning rate by `rate` in each `every` epochs, a little at every step: peak · rate^(epochs / every).
 * @param options rate, every 1 (epochs), peak (the optimizer's default unless given)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function exponentialDecay(
  options: Partial<Omit<ExponentialDecay, 'schedule'>> & Pick<ExponentialDecay, 'rate'>,
): ExponentialDecay {
  return createSchedule(exponentialSchedule, 'exponentialDecay', options)
}
