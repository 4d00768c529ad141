import type { RunSummary } from '@treadle/experiment'
import { plannedEpochs } from '@treadle/experiment/recipe'

/** A run as `treadle runs --json` prints it. A damaged run has only location, state and problem. */
export function runJson({ location, state, problem, record, epochs, best }: RunSummary) {
  return {
    runDirectory: location,
    state,
    ...(problem !== undefined && { problem }),
    ...(record && {
      startedAt: record.startedAt,
      seconds: record.seconds,
      model: record.recipe.model.name,
      parameters: record.model.parameters.total,
      dataset: record.dataset.name,
      seed: record.recipe.training.seed,
      epochs: { finished: epochs, requested: plannedEpochs(record.recipe) },
      best,
      ...(record.test && { test: record.test }),
      ...(record.weightsSha256 !== undefined && { weightsSha256: record.weightsSha256 }),
      recipe: record.recipe,
    }),
  }
}
