import { higherIsBetter } from '@treadle/core'
import * as z from 'zod/mini'
import type { HistoryEntry } from '../record/history.ts'
import { type JournalTrial, isFinished } from './journal/trial.ts'
import { externalValue } from './journal/distributions.ts'
import { TrialState } from './journal/operations.ts'
import type { Parameter, Values } from './parameters.ts'
import type { PastTrial } from './past-trial.ts'
import type { Sweep } from './schema.ts'

/** A trial of a sweep. */
export interface SweepTrial {
  /** From 0. */
  readonly number: number
  /** `stopped`: to be continued by `resumeSweep`. */
  readonly state: 'running' | 'complete' | 'pruned' | 'failed' | 'stopped'
  /** By the path of their field in the recipe. */
  readonly values: Values
  /** The objective; absent unless the trial is complete. */
  readonly value?: number
  /** Why it failed. */
  readonly error?: string
  /** Its run directory. */
  readonly directory: string
  /** From its start to its end, in seconds. */
  readonly seconds?: number
}

export interface TrialPlace {
  readonly parameters: readonly Parameter[]
  /** By the number of a trial. */
  readonly directoryOf: (number: number) => string
}

/** The number for the sampler; undefined for a trial that another program has added to the study. */
export function sampleOf({ userAttributes }: JournalTrial): number | undefined {
  const sample = userAttributes.get('sample')
  return typeof sample === 'number' && Number.isSafeInteger(sample) && sample >= 0 ? sample : undefined
}

const worker = z.object({ name: z.string(), since: z.string() })

/** The worker that has a trial, and since when; undefined if none has. */
export function workerOf({ userAttributes }: JournalTrial): z.infer<typeof worker> | undefined {
  return worker.safeParse(userAttributes.get('worker')).data
}

/** Whether a trial is run by the sweep, and not by another program. */
export const isOwn = (trial: JournalTrial): boolean =>
  sampleOf(trial) !== undefined ||
  (trial.userAttributes.get('enqueued') === true && trial.state !== TrialState.waiting)

function stateName(trial: JournalTrial): SweepTrial['state'] {
  if (trial.state === TrialState.complete) return 'complete'
  if (trial.state === TrialState.pruned) return 'pruned'
  return isFinished(trial) ? 'failed' : 'stopped'
}

/** A trial as samplers and pruners see it; undefined if it says nothing about its values. */
export function pastTrial(
  trial: JournalTrial,
  { values, state }: SweepTrial,
  { metric }: Sweep['objective'],
): PastTrial | undefined {
  if (state === 'failed') return undefined
  const sign = higherIsBetter(metric) ? -1 : 1
  const [value] = trial.values ?? []
  return {
    number: trial.number,
    state: state === 'complete' || state === 'pruned' ? state : 'running',
    values,
    loss: typeof value === 'number' ? sign * value : undefined,
    losses: new Map(
      [...trial.intermediateValues].flatMap(([epoch, each]) => (each === null ? [] : [[epoch, sign * each]])),
    ),
  }
}

/** A trial from the journal. */
export function sweepTrial(trial: JournalTrial, { parameters, directoryOf }: TrialPlace): SweepTrial {
  const { number, values, userAttributes, startedAt, completedAt } = trial
  const [value] = values ?? []
  const error = userAttributes.get('error')
  const seconds = (Date.parse(completedAt ?? '') - Date.parse(startedAt ?? '')) / 1000
  return {
    number,
    state: stateName(trial),
    values: Object.fromEntries(
      parameters
        .filter(({ path }) => trial.parameters.has(path))
        .map((parameter) => [
          parameter.path,
          externalValue(parameter, trial.parameters.get(parameter.path) as number),
        ]),
    ),
    ...(trial.state === TrialState.complete && typeof value === 'number' && { value }),
    ...(typeof error === 'string' && { error }),
    directory: directoryOf(number),
    ...(Number.isFinite(seconds) && { seconds }),
  }
}

/** The objective of a finished run; undefined if its history lacks the metric. */
export function objectiveOf(
  history: readonly HistoryEntry[],
  { metric, of }: Sweep['objective'],
): number | undefined {
  const values = metricValues(history, metric)
  if (of === 'last') return values.at(-1)
  const isHigh = higherIsBetter(metric)
  return values.length === 0
    ? undefined
    : values.reduce((best, value) => (isHigh === value > best ? value : best))
}

const metricValues = (history: readonly HistoryEntry[], metric: string): number[] =>
  history.map((entry) => entry[metric as keyof HistoryEntry]).filter((value) => value !== undefined)

/** The complete trials, the best first; of equal ones the earlier. */
export function ranked(trials: readonly SweepTrial[], { metric }: Sweep['objective']): SweepTrial[] {
  const sign = higherIsBetter(metric) ? -1 : 1
  return trials
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => sign * ((a.value as number) - (b.value as number)) || a.number - b.number)
}
