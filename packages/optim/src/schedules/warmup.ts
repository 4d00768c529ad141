import * as z from 'zod/mini'
import { notNegative } from '../fields.ts'
import type { StepPosition } from './schedule.ts'

export const warmupField = notNegative(
  0,
  'Epochs at the start in which the learning rate rises in a line from 0 to the peak.',
)

/** The factor of a step in the warm-up, or undefined for a step after it. */
export function warmupFactor(epochs: number, { iteration, stepsPerEpoch }: StepPosition): number | undefined {
  const steps = epochs * stepsPerEpoch
  // The step itself counts: otherwise the first one would change nothing.
  return iteration < steps ? Math.min(1, (iteration + 1) / steps) : undefined
}

/** A check of schedules: the warm-up ends before the schedule does. */
export const warmupEnds = z.refine<{ warmup: number; epochs?: number | undefined }>(
  ({ warmup, epochs }) => epochs === undefined || warmup < epochs,
  { path: ['warmup'], error: 'must be less than `epochs`.' },
)
