import type { PublishedResult } from '@treadle/core'
import { type RunRecord, comparableBaseline, modelDefinition, unlikeBaseline } from '@treadle/experiment'

/** What is read of a run's record. */
type Compared = Pick<RunRecord, 'recipe'> & { readonly dataset: Pick<RunRecord['dataset'], 'source'> }

/** The published result if every run is comparable with it: the same data and the same recipe. */
export function commonReference(runs: readonly Compared[]): PublishedResult | undefined {
  const found = runs.map(({ recipe, dataset }) =>
    unlikeBaseline(recipe).length > 0
      ? undefined
      : comparableBaseline(modelDefinition(recipe), dataset.source, recipe),
  )
  return found.includes(undefined) ? undefined : found[0]
}

/** Why runs are not compared with the published result. */
export function whyNotCompared(runs: readonly Compared[]): string {
  const settings = new Set(runs.flatMap(({ recipe }) => unlikeBaseline(recipe)))
  return settings.size > 0
    ? `The baseline has other settings than these runs (${[...settings].join(', ')}), so they are not compared with it.`
    : 'The baseline was measured on the full Fashion-MNIST. These runs used other data, so they are not compared with it.'
}
