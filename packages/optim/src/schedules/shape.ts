import { notNegative, optionalNotNegative, optionalPositive } from '../fields.ts'

/* Fields that several schedules share. */
export const peakField = optionalNotNegative(
  "The highest learning rate; the optimizer's default unless given.",
)
export const epochsField = optionalPositive('Length in epochs; that of the run unless given.')
export const finalField = notNegative(0, 'The learning rate at the end, as a fraction of the peak.')
