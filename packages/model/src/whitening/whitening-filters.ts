import { symmetricEigen } from './symmetric-eigen.ts'

/** The filters that whiten patches, the largest variance first. */
export interface WhiteningFilters {
  /** Shape [values of a patch, values of a patch]: a row is a filter, for values in [0, 1]. */
  readonly filters: readonly Float64Array[]
  /** The mean of each filter's answer, shape [values of a patch]. */
  readonly means: Float64Array
}

/**
 * The eigenvectors of the patches' covariance, each divided by √(eigenvalue + epsilon): what a filter answers has a variance of
 * about 1, and the answers of two filters are not correlated.
 * @param patches bytes, shape [count, size]
 * @param epsilon in units of (white)²: limits the filters of directions in which the patches hardly differ
 */
export function whiteningFilters(patches: Uint8Array, size: number, epsilon: number): WhiteningFilters {
  const { means, covariance } = momentsOf(patches, size)
  const { values, vectors } = symmetricEigen(covariance)
  const filters = vectors.map((vector, i) => {
    // Rounding may leave a variance of 0 a little below it.
    const scale = 1 / Math.sqrt(Math.max(0, values[i] as number) + epsilon)
    return vector.map((value) => value * scale)
  })
  return { filters, means: Float64Array.from(filters, (filter) => dot(filter, means)) }
}

/** Means and covariance of bytes as values in [0, 1]. The sums are whole numbers, and exact. */
function momentsOf(patches: Uint8Array, size: number) {
  const count = patches.length / size
  const sums = new Float64Array(size)
  const products = Array.from({ length: size }, () => new Float64Array(size))
  for (let start = 0; start < patches.length; start += size)
    for (let i = 0; i < size; i++) {
      const value = patches[start + i] as number
      if (value === 0) continue
      const row = products[i] as Float64Array
      sums[i]! += value
      for (let j = 0; j <= i; j++) row[j]! += value * (patches[start + j] as number)
    }
  const covariance = Array.from({ length: size }, () => new Float64Array(size))
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const product = (products[i]![j]! - (sums[i]! * sums[j]!) / count) / count / (255 * 255)
      covariance[i]![j] = covariance[j]![i] = product
    }
  return { means: sums.map((sum) => sum / count / 255), covariance }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}
