import { Random } from './random.js'

/**
 * What makes one input: a valid one to start from, and changes, each with a seed of its own, so that any of them can
 * be left out when a failure is shrunk.
 * @typedef {{ base: number, changes: number[] }} Plan
 */

/** The plan of input `index`. @returns {Plan} */
export function planOf(seed, index, bases) {
  const random = new Random(Math.imul(seed, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35))
  const count = random.once(20) ? 0 : 1 + random.below(random.once(3) ? 6 : 2)
  return { base: random.below(bases), changes: Array.from({ length: count }, () => random.next()) }
}
