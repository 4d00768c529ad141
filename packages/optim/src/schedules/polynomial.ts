import { exp, log } from '@treadle/core'
import * as z from 'zod/mini'
import { positive } from '../fields.ts'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'
import { epochsField, finalField, peakField } from './shape.ts'
import { warmupField, warmupEnds, warmupFactor } from './warmup.ts'

const schema = z
  .strictObject({
    schedule: z.literal('polynomial'),
    peak: peakField,
    epochs: epochsField,
    warmup: warmupField,
    final: finalField,
    power: positive(1, 'Exponent of the fall: 1 is a line, 2 a parabola.'),
  })
  .check(
    warmupEnds,
    z.describe('Rises to the peak in the warm-up, then falls to `final` in a line or by another power.'),
  )

export type PolynomialDecay = Readonly<z.output<typeof schema>>

export const polynomialSchedule: ScheduleDefinition<PolynomialDecay> = {
  name: 'polynomial',
  schema,
  rate({ peak, epochs, warmup, final, power }, position) {
    const rise = warmupFactor(warmup, position)
    if (rise !== undefined) return peak * rise
    const { iteration, stepsPerEpoch } = position
    const left = Math.max(0, 1 - (iteration / stepsPerEpoch - warmup) / (epochs - warmup))
    return peak * (final + (1 - final) * (power === 1 ? left : exp(power * log(left))))
  },
}

/**
 * Rises in a line over `warmup` epochs to `peak`, then falls to `final` (a fraction of the peak) at the end of
 * `epochs`, warm-up included, and stays there: peak · (final + (1 − final) · left^power).
 * @param options epochs (those of the run unless given), power 1, warmup 0 (epochs), final 0, peak (the optimizer's
 * default unless given)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function polynomialDecay(options: Partial<Omit<PolynomialDecay, 'schedule'>> = {}): PolynomialDecay {
  return createSchedule(polynomialSchedule, 'polynomialDecay', options)
}
