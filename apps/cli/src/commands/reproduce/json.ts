import type { SeedsSummary } from '@treadle/metrics'
import type { Run } from '@treadle/experiment'

/**
 * The object that `reproduce` writes and prints. JSON has no NaN: a standard deviation of one run, and what is
 * computed from it, are absent.
 */
export function reproduceJson(summary: Partial<SeedsSummary>, runs: readonly Run[]): object {
  return {
    ...(withoutNaN(summary) as object),
    runs: runs.map(({ record, location }) => ({
      seed: record.recipe.training.seed,
      ...record.test,
      seconds: record.seconds,
      weightsSha256: record.weightsSha256,
      runDirectory: location,
    })),
  }
}

function withoutNaN(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNaN)
  if (typeof value !== 'object' || value === null) return value
  const known = Object.entries(value).filter(([, inner]) => !Number.isNaN(inner))
  return Object.fromEntries(known.map(([name, inner]) => [name, withoutNaN(inner)]))
}
