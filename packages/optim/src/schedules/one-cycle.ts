import { cosPi } from '@treadle/core'
import * as z from 'zod/mini'
import { fraction, positive } from '../fields.ts'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'
import { epochsField, peakField } from './shape.ts'

const schema = z
  .strictObject({
    schedule: z.literal('oneCycle'),
    peak: peakField,
    epochs: epochsField,
    pctStart: fraction(0.3, 'The fraction of the cycle in which the learning rate rises.'),
    divFactor: positive(25, 'The first learning rate is the peak divided by this.'),
    finalDivFactor: positive(1e4, 'The last learning rate is the first one divided by this.'),
  })
  .check(
    z.describe('One rise to the peak and one longer fall, both along half a cosine (PyTorch’s OneCycleLR).'),
  )

export type OneCycle = Readonly<z.output<typeof schema>>

export const oneCycleSchedule: ScheduleDefinition<OneCycle> = {
  name: 'oneCycle',
  schema,
  rate({ peak, epochs, pctStart, divFactor, finalDivFactor }, { iteration, stepsPerEpoch }) {
    const last = Math.max(0, epochs * stepsPerEpoch - 1)
    const top = Math.max(0, pctStart * epochs * stepsPerEpoch - 1)
    const first = peak / divFactor
    if (iteration < top) return between(first, peak, iteration / top)
    return between(
      peak,
      first / finalDivFactor,
      last > top ? Math.min(1, (iteration - top) / (last - top)) : 1,
    )
  },
}

/** From `a` at u = 0 to `b` at u = 1 along half a cosine. */
function between(a: number, b: number, u: number): number {
  return b + (a - b) * 0.5 * (1 + cosPi(u))
}

/**
 * One rise from peak / divFactor to the peak and one longer fall to peak / (divFactor · finalDivFactor), both along
 * half a cosine: Smith's 1cycle policy in the form of PyTorch's OneCycleLR. The learning rate then stays.
 * @param options epochs (those of the run unless given), pctStart 0.3, divFactor 25, finalDivFactor 10,000, peak (the
 * optimizer's default unless given)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function oneCycle(options: Partial<Omit<OneCycle, 'schedule'>> = {}): OneCycle {
  return createSchedule(oneCycleSchedule, 'oneCycle', options)
}
