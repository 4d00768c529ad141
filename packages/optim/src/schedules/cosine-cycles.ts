import { cosPi } from '@treadle/core'
import * as z from 'zod/mini'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'
import { epochsField, peakField } from './shape.ts'

const schema = z
  .strictObject({
    schedule: z.literal('cosineCycles'),
    peak: peakField,
    epochs: epochsField,
    cycles: z
      ._default(z.int().check(z.gte(1)), 5)
      .check(z.describe('How often the learning rate falls from the peak to zero.')),
  })
  .check(
    z.describe(
      'Falls from the peak to zero along half a cosine, again and again (the cyclic annealing of snapshot ensembles).',
    ),
  )

export type CosineCycles = Readonly<z.output<typeof schema>>

export const cosineCyclesSchedule: ScheduleDefinition<CosineCycles> = {
  name: 'cosineCycles',
  schema,
  rate({ peak, epochs, cycles }, { iteration, stepsPerEpoch }) {
    const length = Math.ceil((epochs * stepsPerEpoch) / cycles)
    return peak * 0.5 * (1 + cosPi((iteration % length) / length))
  },
}

/**
 * Cycles of half a cosine from `peak` to zero, each of ⌈steps ÷ cycles⌉ steps: α(t) = peak ÷ 2 · (cos(π · mod(t, n) ÷ n) + 1)
 * (Huang et al., 2017, Snapshot Ensembles, equation 2, with steps from 0).
 * @param options epochs (those of the run unless given), cycles 5, peak (the optimizer's default unless given)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function cosineCycles(options: Partial<Omit<CosineCycles, 'schedule'>> = {}): CosineCycles {
  return createSchedule(cosineCyclesSchedule, 'cosineCycles', options)
}
