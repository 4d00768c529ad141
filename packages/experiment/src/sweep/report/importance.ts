import type { Parameter } from '../parameters.ts'
import type { SweepTrial } from '../trial.ts'
import { placeOf } from './place.ts'

/** The share of trials that count as good. */
const GOOD = 0.25
/** Fewer complete trials say nothing. */
export const FEWEST = 8
/** Points at which the densities of a number are compared. */
const POINTS = 50
/** Deviation of the kernel around a value, as a share of the range: the same for few and many values. */
const WIDTH = 0.12
/** Of a uniform density, which makes ratios finite. */
const UNIFORM = 0.1

/**
 * How much each parameter decides whether a trial is good: the Pearson divergence between the density of its values in
 * the best quarter of the trials and in all of them, as shares of the sum (S. Watanabe et al., "PED-ANOVA", 2023).
 * @param ranking complete trials, the best first
 * @returns shares by path, the highest first; undefined for fewer than 8 trials
 */
export function importanceOf(
  parameters: readonly Parameter[],
  ranking: readonly SweepTrial[],
): ReadonlyMap<string, number> | undefined {
  if (ranking.length < FEWEST) return undefined
  const good = ranking.slice(0, Math.ceil(GOOD * ranking.length))
  const divergences = parameters.map(
    (parameter) => [parameter.path, divergence(parameter, good, ranking)] as const,
  )
  const sum = divergences.reduce((total, [, value]) => total + value, 0)
  return new Map(
    divergences
      .map(([path, value]) => [path, sum === 0 ? 0 : value / sum] as const)
      .toSorted(([, a], [, b]) => b - a),
  )
}

function divergence(parameter: Parameter, good: readonly SweepTrial[], all: readonly SweepTrial[]): number {
  const [ofGood, ofAll] = [densityOf(parameter, good), densityOf(parameter, all)]
  return ofAll.reduce((sum, share, i) => sum + share * ((ofGood[i] as number) / share - 1) ** 2, 0)
}

/** Shares of the range that the values of some trials have; the sum is 1. */
function densityOf(parameter: Parameter, trials: readonly SweepTrial[]): number[] {
  const { path, range } = parameter
  const places = trials
    .map(({ values }) => placeOf(parameter, values[path]))
    .filter((place) => !Number.isNaN(place))
  const isChoice = range.kind === 'choices'
  const count = isChoice ? range.choices.length : POINTS
  const at = (i: number) => (count === 1 ? 0.5 : i / (count - 1))
  const kernel = (distance: number) =>
    isChoice ? Number(Math.abs(distance) < 1e-9) : Math.exp(-((distance / WIDTH) ** 2) / 2)
  const heights = Array.from({ length: count }, (_, i) =>
    places.reduce((sum, place) => sum + kernel(at(i) - place), 0),
  )
  const total = heights.reduce((sum, height) => sum + height, 0)
  return heights.map((height) =>
    total === 0 ? 1 / count : ((1 - UNIFORM) * height) / total + UNIFORM / count,
  )
}
