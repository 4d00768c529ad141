import { cosPi } from '@treadle/core'
import * as z from 'zod/mini'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'
import { epochsField, finalField, peakField } from './shape.ts'
import { warmupField, warmupEnds, warmupFactor } from './warmup.ts'

const schema = z
  .strictObject({
    schedule: z.literal('cosine'),
    peak: peakField,
    epochs: epochsField,
    warmup: warmupField,
    final: finalField,
  })
  .check(
    warmupEnds,
    z.describe('Rises to the peak in the warm-up, then falls along half a cosine to `final`.'),
  )

export type CosineDecay = Readonly<z.output<typeof schema>>

export const cosineSchedule: ScheduleDefinition<CosineDecay> = {
  name: 'cosine',
  schema,
  rate({ peak, epochs, warmup, final }, position) {
    const rise = warmupFactor(warmup, position)
    if (rise !== undefined) return peak * rise
    const { iteration, stepsPerEpoch } = position
    const u = Math.min(1, (iteration / stepsPerEpoch - warmup) / (epochs - warmup))
    return peak * (final + (1 - final) * 0.5 * (1 + cosPi(u)))
  },
}

/**
 * Rises in a line over `warmup` epochs to `peak`, then falls along half a cosine to `final` (a fraction of the peak)
 * at the end of `epochs`, warm-up included, and stays there.
 * @param options epochs (those of the run unless given), warmup 0 (epochs), final 0, peak (the optimizer's default
 * unless given)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function cosineDecay(options: Partial<Omit<CosineDecay, 'schedule'>> = {}): CosineDecay {
  return createSchedule(cosineSchedule, 'cosineDecay', options)
}
