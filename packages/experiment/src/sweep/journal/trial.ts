import { TrialState } from './operations.ts'

/** A trial as the journal tells it. */
export interface JournalTrial {
  /** Over all studies of the file. */
  readonly id: number
  /** Within the study, from 0. */
  readonly number: number
  state: number
  readonly parameters: Map<string, number>
  readonly userAttributes: Map<string, unknown>
  readonly systemAttributes: Map<string, unknown>
  readonly intermediateValues: Map<number, number | null>
  values: readonly (number | null)[] | undefined
  startedAt: string | undefined
  completedAt: string | undefined
}

export const isFinished = ({ state }: JournalTrial): boolean =>
  state !== TrialState.running && state !== TrialState.waiting
