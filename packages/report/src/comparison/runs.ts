import type { RunReport } from '../run-report.ts'

/** One of the runs that are compared. */
export interface ComparedRun {
  /** What people call it. Runs may have the same name: their letters differ. */
  readonly name: string
  readonly report: RunReport
}

/** Runs that were tested on the same samples, by their indices. Only these are compared pair by pair. */
export interface TestGroup {
  readonly runs: readonly number[]
  /** How their test data differ from those of the first group, such as `300 test samples, not 10,000`. */
  readonly differs?: string
}

/** A field of the recipe in which the runs differ. */
export interface RecipeDifference {
  /** Names from the top, joined by dots: `optimizer.learningRate`. */
  readonly path: string
  /** One for each run; undefined where the run's recipe does not have the field. */
  readonly values: readonly (string | undefined)[]
}

/** Several runs as plain data: the input of a comparison. */
export interface RunsComparison {
  readonly runs: readonly ComparedRun[]
  readonly differences: readonly RecipeDifference[]
  /** Each tested run is in one group; the largest group comes first. */
  readonly groups: readonly TestGroup[]
}
