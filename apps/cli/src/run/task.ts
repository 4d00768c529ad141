import type { ResumeChanges } from '@treadle/experiment'
import type { RunLogger } from '@treadle/experiment/loggers'
import type { Recipe } from '@treadle/experiment/recipe'

/** A new run. */
interface NewRun {
  readonly recipe: Recipe
  /** Its run directory; made from model, data, seed and time if absent. */
  readonly out?: string
  /** Replaces the run that `out` holds. */
  readonly force?: boolean
  readonly loggers?: readonly RunLogger[]
}

/** An interrupted run to continue, or a finished one to extend. */
interface ResumedRun extends ResumeChanges {
  /** Its run directory. */
  readonly resume: string
  readonly loggers?: readonly RunLogger[]
}

export type TrainTask = NewRun | ResumedRun
