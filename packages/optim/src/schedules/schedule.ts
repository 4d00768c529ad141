import { parseOptions } from '@treadle/core'
import type * as z from 'zod/mini'
import { checkObject } from '../fields.ts'

/** Where in a run a step lies. */
export interface StepPosition {
  /** Steps taken before this one in the whole run. */
  readonly iteration: number
  readonly stepsPerEpoch: number
}

/** A schedule whose peak and length are known: see `settleSchedule`. */
type Settled<T> = T & { readonly [Key in keyof T & ('peak' | 'epochs')]-?: NonNullable<T[Key]> }

/** Everything about one kind of schedule. */
export interface ScheduleDefinition<T extends { readonly schedule: string }> {
  /** The value of the field `schedule`. */
  readonly name: T['schedule']
  /** Fields with their ranges, defaults and descriptions. */
  readonly schema: z.ZodMiniType<T> & { readonly shape: Readonly<Record<string, z.ZodMiniType>> }
  /** The learning rate of a step, by + − × ÷ √ alone. */
  rate(schedule: Settled<T>, position: StepPosition): number
}

/**
 * The schedule that `options` describe, with its defaults.
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function createSchedule<T extends { readonly schedule: string }>(
  { name, schema }: ScheduleDefinition<T>,
  operation: string,
  options: object,
): T {
  const code = 'TRAINER_BAD_SCHEDULE'
  checkObject(operation, options, code)
  return parseOptions(schema, { ...options, schedule: name }, { operation, code })
}
