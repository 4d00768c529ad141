import * as z from 'zod/mini'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'

const schema = z
  .strictObject({
    schedule: z.literal('piecewise'),
    boundaries: z
      .array(z.number().check(z.positive()))
      .check(z.minLength(1), z.describe('Epochs at which the next value begins, in rising order.')),
    values: z
      .array(z.number().check(z.gte(0)))
      .check(z.minLength(2), z.describe('Learning rates: one more than there are boundaries.')),
  })
  .check(
    z.refine(
      ({ boundaries }) => boundaries.every((epoch, i) => i === 0 || epoch > (boundaries[i - 1] as number)),
      {
        path: ['boundaries'],
        error: 'must rise.',
      },
    ),
    z.refine(({ boundaries, values }) => values.length === boundaries.length + 1, {
      path: ['values'],
      error: 'must have one item more than `boundaries`.',
    }),
    z.describe('Keeps one learning rate up to each boundary, then takes the next.'),
  )

export type PiecewiseSchedule = Readonly<z.output<typeof schema>>

export const piecewiseSchedule: ScheduleDefinition<PiecewiseSchedule> = {
  name: 'piecewise',
  schema,
  rate({ boundaries, values }, { iteration, stepsPerEpoch }) {
    const epochs = iteration / stepsPerEpoch
    const passed = boundaries.filter((boundary) => epochs >= boundary).length
    return values[passed] as number
  },
}

/**
 * Keeps one learning rate up to each boundary, then takes the next.
 * @param options boundaries (epochs, in rising order), values (learning rates, one more than boundaries)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function piecewise(options: Omit<PiecewiseSchedule, 'schedule'>): PiecewiseSchedule {
  return createSchedule(piecewiseSchedule, 'piecewise', options)
}
