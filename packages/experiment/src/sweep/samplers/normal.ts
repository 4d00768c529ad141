import { exp } from '@treadle/core'

/** The share of a normal distribution with mean 0 and deviation 1 that lies below `x`. */
export function normalBelow(x: number): number {
  const upper = upperTail(Math.abs(x))
  return x < 0 ? upper : 1 - upper
}

/** The share between two numbers, also far from the middle. */
export function normalBetween(low: number, high: number): number {
  return low > 0 ? upperTail(low) - upperTail(high) : normalBelow(high) - normalBelow(low)
}

/** Density at 0. */
const PEAK = 1 / Math.sqrt(2 * Math.PI)

/** @param x at least 0 */
function upperTail(x: number): number {
  const density = PEAK * exp((-x * x) / 2)
  if (x < 3) {
    let [term, sum] = [x, x]
    for (let n = 3; term > 1e-17 * sum; n += 2) sum += term *= (x * x) / n
    return 0.5 - density * sum
  }
  // Laplace's continued fraction, from the innermost term outwards.
  let fraction = 0
  for (let n = 60; n >= 1; n--) fraction = n / (x + fraction)
  return density / (x + fraction)
}
