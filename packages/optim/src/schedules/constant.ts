import * as z from 'zod/mini'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'
import { peakField } from './shape.ts'
import { warmupField, warmupFactor } from './warmup.ts'

const schema = z
  .strictObject({ schedule: z.literal('constant'), peak: peakField, warmup: warmupField })
  .check(z.describe('Keeps the learning rate, after a warm-up if there is one.'))

export type ConstantSchedule = Readonly<z.output<typeof schema>>

export const constantSchedule: ScheduleDefinition<ConstantSchedule> = {
  name: 'constant',
  schema,
  rate: ({ peak, warmup }, position) => peak * (warmupFactor(warmup, position) ?? 1),
}

/**
 * Keeps the learning rate, after a warm-up if there is one.
 * @param options peak (the optimizer's default unless given), warmup 0 (epochs)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function constant(options: Partial<Omit<ConstantSchedule, 'schedule'>> = {}): ConstantSchedule {
  return createSchedule(constantSchedule, 'constant', options)
}
