import { exp, log } from '@treadle/core'

/** Both methods accept more than half of their attempts, so that the last one is all but never reached. */
const ATTEMPTS = 100

/**
 * A random number of the distribution Beta(α, α): by Jöhnk's method for α ≤ 1, else by Ulrich's (Devroye, Non-Uniform
 * Random Variate Generation, 1986, IX.3 and IX.4).
 * @param alpha greater than 0
 * @param uniform uniform numbers in [0, 1) by index, from 0
 */
export function symmetricBeta(alpha: number, uniform: (index: number) => number): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Not 0: in the middle of one of the 2²⁴ steps of a uniform number.
    const u = uniform(2 * attempt) + 2 ** -25
    const v = uniform(2 * attempt + 1) + 2 ** -25
    const value = alpha <= 1 ? joehnk(alpha, u, v) : ulrich(alpha, u, 2 * v - 1)
    if (value !== undefined) return value
  }
  return 0.5
}

/** x / (x + y) for x = u^(1/α) and y = v^(1/α), if x + y ≤ 1; from logarithms, because x and y may be too small. */
function joehnk(alpha: number, u: number, v: number): number | undefined {
  const x = log(u) / alpha
  const y = log(v) / alpha
  return exp(x) + exp(y) <= 1 ? 1 / (1 + exp(y - x)) : undefined
}

/** @param v in (−1, 1) */
function ulrich(alpha: number, u: number, v: number): number | undefined {
  const s = u * u + v * v
  if (s > 1) return undefined
  return 0.5 + ((u * v) / s) * Math.sqrt(1 - exp((2 * log(s)) / (2 * alpha - 1)))
}
