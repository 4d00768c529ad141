import type { LayerNode } from '@treadle/keras'

/** Factors of l1·Σ|x| + l2·Σx² of the output of a layer. */
export interface ActivityFactors {
  readonly l1: number
  readonly l2: number
}

/** The activity regularizers of a call of a layer. `findPenalties` refuses other kinds than L1, L2 and L1L2. */
export function activityOf({ regularizers }: LayerNode): ActivityFactors[] {
  return regularizers.flatMap(({ role, factors }) => (role === 'activity' && factors ? [factors] : []))
}

/** The regularization of each sample: l1·Σ|x| + l2·Σx², in float64, shape [rows]. @param values shape [rows, …] */
export function activityOfSamples(
  { l1, l2 }: ActivityFactors,
  values: Float32Array,
  rows: number,
): Float64Array {
  const width = values.length / rows
  const sums = new Float64Array(rows)
  for (let i = 0; i < values.length; i++) {
    const x = values[i] as number
    sums[Math.floor(i / width)]! += l1 * Math.abs(x) + l2 * x * x
  }
  return sums
}

/** The slope of the mean over `rows` samples by each value: 0 where the value is, as in Keras. */
export function activitySlope({ l1, l2 }: ActivityFactors, values: Float32Array, rows: number): Float32Array {
  return values.map((x) => (l1 * Math.sign(x) + 2 * l2 * x) / rows)
}
