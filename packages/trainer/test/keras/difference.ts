import type { Arrays } from './float64-network.ts'

/** The largest absolute difference divided by the largest absolute value of the reference. */
export function relativeDifference(found: ArrayLike<number>, reference: ArrayLike<number>): number {
  let difference = 0
  let largest = 0
  for (let i = 0; i < reference.length; i++) {
    const error = Math.abs((found[i] as number) - (reference[i] as number))
    if (!(error <= difference)) difference = error // also keeps NaN
    largest = Math.max(largest, Math.abs(reference[i] as number))
  }
  return difference === 0 ? 0 : difference / largest
}

/** The largest `relativeDifference` of the arrays of one name. */
export function worstDifference(found: Arrays, reference: Arrays): number {
  const differences = [...reference].map(([name, array]) => relativeDifference(found.get(name) ?? [], array))
  return Math.max(...differences)
}
