import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { choiceOf, spelled } from '../choice.ts'
import { constantSchedule } from './constant.ts'
import { cosineCyclesSchedule } from './cosine-cycles.ts'
import { cosineSchedule } from './cosine.ts'
import { exponentialSchedule } from './exponential.ts'
import { oneCycleSchedule } from './one-cycle.ts'
import { piecewiseSchedule } from './piecewise.ts'
import { polynomialSchedule } from './polynomial.ts'
import { stepSchedule } from './step.ts'
import { createSchedule, type ScheduleDefinition, type StepPosition } from './schedule.ts'

/** All schedules by name. A new one is a file and a line here. */
export const schedules = {
  constant: constantSchedule,
  step: stepSchedule,
  exponential: exponentialSchedule,
  polynomial: polynomialSchedule,
  cosine: cosineSchedule,
  oneCycle: oneCycleSchedule,
  cosineCycles: cosineCyclesSchedule,
  piecewise: piecewiseSchedule,
} as const

type Definitions = typeof schedules
type ScheduleOf<Definition> = Definition extends ScheduleDefinition<infer T> ? T : never

export type ScheduleName = keyof Definitions
/** A learning-rate schedule as plain data: what `oneCycle()` and its like return. */
export type Schedule = ScheduleOf<Definitions[ScheduleName]>

export const scheduleNames = Object.keys(schedules) as ScheduleName[]

const choice = choiceOf<Schedule>('schedule', schedules)

/** A schedule as an object, or its name alone where all its fields have defaults. The case of names is ignored. */
export const scheduleSchema = z.pipe(
  z.transform((given: unknown) => spelled(given, 'schedule', scheduleNames)),
  z.union([choice.short, choice.long]),
)

/**
 * The schema of an optimizer's learning rate: a number or a schedule. A schedule without a peak takes `fallback` as
 * its peak.
 */
export function learningRateSchema(fallback: number) {
  return z
    ._default(
      z.pipe(
        z.transform((given: unknown) => spelled(given, 'schedule', scheduleNames)),
        z.union([z.number().check(z.gte(0)), choice.short, choice.long], {
          error: 'must be a number of at least 0, or a schedule.',
        }),
      ),
      fallback,
    )
    .check(
      z.overwrite((rate) => (typeof rate === 'number' ? rate : withPeak(rate, fallback))),
      z.meta({
        description: 'The learning rate: a number, or a schedule that gives each step its own.',
        short: 'peak',
        whenAbsent: fallback,
      } satisfies FieldMetadata),
    )
}

/** In the order of the schema's fields, so that equal optimizers have equal JSON. */
function withPeak(rate: Schedule, peak: number): Schedule {
  if (!('peak' in schedules[rate.schedule].schema.shape)) return rate
  const { schedule, ...rest } = rate
  return { schedule, peak, ...rest } as Schedule
}

/** A learning rate with the length of the run filled in where its schedule leaves it open. */
export function settleLearningRate(rate: number | Schedule, runEpochs: number): number | Schedule {
  if (typeof rate === 'number' || !('epochs' in schedules[rate.schedule].schema.shape)) return rate
  const definition: ScheduleDefinition<any> = schedules[rate.schedule]
  return createSchedule(definition, rate.schedule, { epochs: runEpochs, ...rate })
}

/** The learning rate of one step. `rate` is settled. */
export function learningRateAt(rate: number | Schedule, position: StepPosition): number {
  if (typeof rate === 'number') return rate
  const definition: ScheduleDefinition<any> = schedules[rate.schedule]
  return definition.rate(rate, position)
}
