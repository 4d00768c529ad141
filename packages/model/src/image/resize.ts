import type { Plane } from './plane.ts'

/**
 * Resizes by area: each new pixel is the mean of the old ones under it, those at its edge weighed by the part that
 * it covers. It keeps the mean brightness, and a whole-number reduction is a plain average of blocks.
 */
export function resizeByArea(plane: Plane, width: number, height: number): Plane {
  const { channels } = plane
  const rows = averageRuns(plane.data, plane.height, plane.width, width, channels)
  const data = averageRuns(rows, 1, plane.height, height, width * channels)
  return { data, width, height, channels }
}

/**
 * Averages runs along the middle axis of [outer, from, inner], which becomes [outer, to, inner]. Each new value is
 * summed in float64, in order.
 */
function averageRuns(
  values: Float32Array,
  outer: number,
  from: number,
  to: number,
  inner: number,
): Float32Array {
  if (from === to) return values
  const result = new Float32Array(outer * to * inner)
  const sums = new Float64Array(inner)
  for (let block = 0; block < outer; block++) {
    for (let target = 0; target < to; target++) {
      const start = (target * from) / to
      const end = ((target + 1) * from) / to
      sums.fill(0)
      for (let source = Math.floor(start); source < Math.min(from, Math.ceil(end)); source++) {
        const covered = Math.min(source + 1, end) - Math.max(source, start)
        const at = (block * from + source) * inner
        for (let index = 0; index < inner; index++) sums[index]! += covered * (values[at + index] as number)
      }
      const at = (block * to + target) * inner
      for (let index = 0; index < inner; index++) result[at + index] = (sums[index] as number) / (end - start)
    }
  }
  return result
}
