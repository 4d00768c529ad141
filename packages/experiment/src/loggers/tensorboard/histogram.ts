export interface Histogram {
  readonly min: number
  readonly max: number
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
  /** Upper end of each bucket. */
  readonly limits: readonly number[]
  readonly counts: readonly number[]
}

/** As many as TensorFlow's writer has. */
const BUCKETS = 30

/** The finite values in buckets of equal width; undefined if there are none. */
export function histogramOf(values: ArrayLike<number>): Histogram | undefined {
  let [min, max, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!Number.isFinite(value)) continue
    if (value < min) min = value
    if (value > max) max = value
    count += 1
    sum += value
    sumOfSquares += value * value
  }
  if (count === 0) return undefined
  const moments = { min, max, count, sum, sumOfSquares }
  if (min === max) return { ...moments, limits: [max], counts: [count] }
  const width = (max - min) / BUCKETS
  const counts = Array.from({ length: BUCKETS }, () => 0)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!Number.isFinite(value)) continue
    const bucket = Math.min(BUCKETS - 1, Math.floor((value - min) / width))
    counts[bucket] = (counts[bucket] as number) + 1
  }
  return {
    ...moments,
    limits: counts.map((_, i) => (i === BUCKETS - 1 ? max : min + (i + 1) * width)),
    counts,
  }
}
