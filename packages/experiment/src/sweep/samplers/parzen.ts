import { exp, log } from '@treadle/core'
import type { Numbers } from '../parameters.ts'
import { normalBetween } from './normal.ts'

/** A density that was estimated from observed values. */
export interface Density<Value> {
  /** @param uniform gives a number in [0, 1) at each call */
  draw(uniform: () => number): Value
  logAt(value: Value): number
}

/** Observations that all count in full; of more, the oldest count less. */
const FULL = 25

/** Of the observations in the order of time, and of the prior, which is last; the sum is 1. */
export function kernelWeights(count: number): number[] {
  const ramp = Math.max(0, count - FULL)
  const weights = Array.from({ length: count }, (_, i) =>
    i >= ramp ? 1 : ramp === 1 ? 1 / count : 1 / count + (i / (ramp - 1)) * (1 - 1 / count),
  )
  const sum = weights.reduce((total, weight) => total + weight, 1)
  return [...weights, 1].map((weight) => weight / sum)
}

/** The index that a share of the weights lies below. */
const pick = (weights: readonly number[], share: number): number => {
  let rest = share
  const found = weights.findIndex((weight) => (rest -= weight) < 0)
  return found < 0 ? weights.length - 1 : found
}

/** Of choices by index: each observation adds to its choice, and the prior to all. */
export function choiceDensity(choices: number, observed: readonly number[]): Density<number> {
  const kernels = observed.length + 1
  const prior = 1 / kernels
  const weights = kernelWeights(observed.length)
  const probabilities = Array.from({ length: choices }, (_, choice) =>
    weights.reduce((sum, weight, i) => {
      if (i === observed.length) return sum + weight / choices
      return sum + (weight * (prior + (observed[i] === choice ? 1 : 0))) / (1 + choices * prior)
    }, 0),
  )
  return {
    draw: (uniform) => pick(probabilities, uniform()),
    logAt: (choice) => log(probabilities[choice] as number),
  }
}

interface Kernel {
  readonly mean: number
  readonly deviation: number
}

/**
 * Of numbers: a mixture of normal distributions within the range, one around each observation with a deviation by the
 * distance to its neighbours, and a wide one around the middle, the prior. On a logarithmic scale where the parameter is;
 * a number with a step stands for the interval around it.
 */
export function numberDensity(range: Numbers, observed: readonly number[]): Density<number> {
  const { isLog, step = 0 } = range
  const scaled = (value: number) => (isLog ? log(value) : value)
  const [low, high] = [scaled(range.low - step / 2), scaled(range.high + step / 2)]
  const kernels = kernelsOf(observed.map(scaled), low, high)
  const weights = kernelWeights(observed.length)
  const masses = kernels.map(({ mean, deviation }) =>
    normalBetween((low - mean) / deviation, (high - mean) / deviation),
  )
  const densityAt = (value: number, { mean, deviation }: Kernel): number => {
    if (step === 0) {
      const z = (scaled(value) - mean) / deviation
      return exp((-z * z) / 2) / deviation / Math.sqrt(2 * Math.PI)
    }
    return normalBetween(
      (scaled(value - step / 2) - mean) / deviation,
      (scaled(value + step / 2) - mean) / deviation,
    )
  }
  return {
    draw(uniform) {
      const { mean, deviation } = kernels[pick(weights, uniform())] as Kernel
      const drawn = normalWithin(mean, deviation, low, high, uniform)
      const value = isLog ? exp(drawn) : drawn
      const rounded = step === 0 ? value : range.low + step * Math.round((value - range.low) / step)
      return Math.min(range.high, Math.max(range.low, rounded))
    },
    logAt: (value) =>
      log(
        kernels.reduce(
          (sum, kernel, i) =>
            sum + ((weights[i] as number) * densityAt(value, kernel)) / (masses[i] as number),
          0,
        ),
      ),
  }
}

/** In the order of the observations; the prior is last. */
function kernelsOf(observed: readonly number[], low: number, high: number): Kernel[] {
  const width = high - low
  const narrowest = width / Math.min(100, 2 + observed.length)
  const order = [...observed.keys()].toSorted((a, b) => (observed[a] as number) - (observed[b] as number))
  const deviations: number[] = []
  for (const [rank, i] of order.entries()) {
    const value = observed[i] as number
    const before = observed[order[rank - 1] ?? -1]
    const after = observed[order[rank + 1] ?? -1]
    // The distance to the ends of the range counts only for a single observation.
    const isAlone = observed.length === 1
    const gaps = [
      before === undefined ? (isAlone ? value - low : 0) : value - before,
      after === undefined ? (isAlone ? high - value : 0) : after - value,
    ]
    deviations[i] = Math.min(width, Math.max(narrowest, ...gaps))
  }
  return [
    ...observed.map((mean, i) => ({ mean, deviation: deviations[i] as number })),
    { mean: (low + high) / 2, deviation: width },
  ]
}

/** A normal number within bounds, which hold the mean: by Marsaglia's polar method, until one is inside. */
function normalWithin(
  mean: number,
  deviation: number,
  low: number,
  high: number,
  uniform: () => number,
): number {
  for (;;) {
    const [u, v] = [2 * uniform() - 1, 2 * uniform() - 1]
    const square = u * u + v * v
    if (square >= 1 || square === 0) continue
    const value = mean + deviation * u * Math.sqrt((-2 * log(square)) / square)
    if (value >= low && value <= high) return value
  }
}
