/** Eigenvalues, the largest first, with their eigenvectors of length 1. */
export interface Eigen {
  /** Shape [size]. */
  readonly values: Float64Array
  /** Shape [size, size]: row i belongs to value i. Of its numbers the one farthest from 0 is positive. */
  readonly vectors: readonly Float64Array[]
}

/** Below this part of the diagonal, a rotation changes nothing in float64. */
const NEGLIGIBLE = 2 ** -60
/** Sweeps over all pairs. Convergence is quadratic: ten are enough for hundreds of rows. */
const MAX_SWEEPS = 50

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations, row by row (Golub and Van Loan, Matrix
 * Computations, 8.5). Only + − × ÷ √ in a fixed order: the same bits on every machine.
 * @param matrix shape [size, size]; it is changed
 */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const size = matrix.length
  const vectors = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(size)
    row[i] = 1
    return row
  })
  let rotated = true
  for (let sweep = 0; rotated && sweep < MAX_SWEEPS; sweep++) {
    rotated = false
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) rotated = rotate(matrix, vectors, p, q) || rotated
  }
  const order = Array.from({ length: size }, (_, i) => i).toSorted(
    (a, b) => at(matrix, b, b) - at(matrix, a, a),
  )
  return {
    values: Float64Array.from(order, (i) => at(matrix, i, i)),
    vectors: order.map((i) => withSign(vectors[i] as Float64Array)),
  }
}

const at = (matrix: readonly Float64Array[], row: number, column: number) =>
  (matrix[row] as Float64Array)[column] as number

/** Makes the number at [p, q] 0. @returns whether there was something to do */
function rotate(
  matrix: readonly Float64Array[],
  vectors: readonly Float64Array[],
  p: number,
  q: number,
): boolean {
  const [rowP, rowQ] = [matrix[p] as Float64Array, matrix[q] as Float64Array]
  const [pp, qq, pq] = [rowP[p] as number, rowQ[q] as number, rowP[q] as number]
  if (Math.abs(pq) <= NEGLIGIBLE * Math.max(Math.abs(pp), Math.abs(qq))) return false
  const ratio = (qq - pp) / (2 * pq)
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let i = 0; i < matrix.length; i++) {
    if (i === p || i === q) continue
    const row = matrix[i] as Float64Array
    const [a, b] = [row[p] as number, row[q] as number]
    rowP[i] = row[p] = cosine * a - sine * b
    rowQ[i] = row[q] = sine * a + cosine * b
  }
  rowP[p] = pp - tangent * pq
  rowQ[q] = qq + tangent * pq
  rowP[q] = rowQ[p] = 0
  const [vectorP, vectorQ] = [vectors[p] as Float64Array, vectors[q] as Float64Array]
  for (let i = 0; i < vectorP.length; i++) {
    const [a, b] = [vectorP[i] as number, vectorQ[i] as number]
    vectorP[i] = cosine * a - sine * b
    vectorQ[i] = sine * a + cosine * b
  }
  return true
}

/** A vector or its negative. */
function withSign(vector: Float64Array): Float64Array {
  const farthest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
  return farthest < 0 ? vector.map((value) => -value) : vector
}
