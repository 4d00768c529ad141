import * as z from 'zod/mini'
import { positive } from '../fields.ts'
import { createSchedule, type ScheduleDefinition } from './schedule.ts'
import { peakField } from './shape.ts'

const schema = z
  .strictObject({
    schedule: z.literal('step'),
    peak: peakField,
    factor: positive(0.1, 'What the learning rate is multiplied by.'),
    every: z.number().check(z.positive(), z.describe('Epochs between two multiplications.')),
  })
  .check(z.describe('Multiplies the learning rate by `factor` after each `every` epochs.'))

export type StepDecay = Readonly<z.output<typeof schema>>

export const stepSchedule: ScheduleDefinition<StepDecay> = {
  name: 'step',
  schema,
  rate({ peak, factor, every }, { iteration, stepsPerEpoch }) {
    let product = 1
    for (let i = Math.floor(iteration / stepsPerEpoch / every); i > 0 && product > 0; i--) product *= factor
    return peak * product
  },
}

/**
 * Multiplies the learning rate by `factor` after each `every` epochs.
 * @param options every (epochs), factor 0.1, peak (the optimizer's default unless given)
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function stepDecay(
  options: Partial<Omit<StepDecay, 'schedule'>> & Pick<StepDecay, 'every'>,
): StepDecay {
  return createSchedule(stepSchedule, 'stepDecay', options)
}
