import { permutation } from '@treadle/core'
import { valuesAt } from '../parameters.ts'
import { type Sampler, sweepStream } from './sampler.ts'

/**
 * Halton's sequence, which fills the space more evenly than random draws: number i in base b, mirrored at the point,
 * with another prime base for each dimension. The digits are permuted by the seed (A. B. Owen, "A randomized Halton
 * algorithm in R", 2017), because the plain sequence is correlated in larger bases.
 */
export const halton: Sampler = {
  name: 'halton',
  description: 'quasi-random: fills the space more evenly than random',
  suggest(parameters, seed, number) {
    const bases = firstPrimes(parameters.length)
    return valuesAt(parameters, (dimension) => {
      const base = bases[dimension] as number
      return radicalInverse(number, base, (place) =>
        permutation(base, sweepStream(seed, place, dimension + 1)),
      )
    })
  },
}

/** Differences below this have no effect. */
const RESOLUTION = 2 ** -32

/**
 * The digits of a number in a base, mirrored at the point, in [0, 1).
 * @param permutationAt what each digit of a place becomes; place 0 is the first after the point
 */
export function radicalInverse(
  number: number,
  base: number,
  permutationAt: (place: number) => ArrayLike<number>,
): number {
  let [rest, value, unit] = [number, 0, 1 / base]
  for (let place = 0; unit > RESOLUTION; place++) {
    value += (permutationAt(place)[rest % base] as number) * unit
    rest = Math.floor(rest / base)
    unit /= base
  }
  return Math.min(value, 1 - RESOLUTION)
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}
