/** The source pixels of one target pixel: `weights[i]` belongs to source pixel `first + i`. Weights sum to 1. */
export interface Tap {
  readonly first: number
  readonly weights: Float64Array
}

/** For each of `to` target pixels along one axis, its source pixels among `from`. */
type Filter = (from: number, to: number) => Tap[]

/**
 * The resampling filters. Both widen with the reduction (antialiasing).
 * - `area`: the mean of the source pixels that the target pixel covers, each weighted by the covered part. It keeps
 *   the mean; a whole-number reduction averages blocks as Pillow's BOX does; a whole-number enlargement repeats pixels.
 * - `bilinear`: a triangle as wide as two target pixels, or two source pixels where it enlarges: Pillow's BILINEAR.
 */
export const filters = { area, bilinear } satisfies Record<string, Filter>

function area(from: number, to: number): Tap[] {
  return Array.from({ length: to }, (_, target) => {
    // In units of 1 / to source pixels, in which every edge is an integer.
    const [start, end] = [target * from, (target + 1) * from]
    const first = Math.floor(start / to)
    const weights = new Float64Array(Math.ceil(end / to) - first)
    for (let i = 0; i < weights.length; i++) {
      const at = (first + i) * to
      weights[i] = (Math.min(at + to, end) - Math.max(at, start)) / from
    }
    return { first, weights }
  })
}

function bilinear(from: number, to: number): Tap[] {
  const scale = from / to
  const support = Math.max(scale, 1)
  return Array.from({ length: to }, (_, target) => {
    const centre = (target + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - support + 0.5))
    const end = Math.min(from, Math.floor(centre + support + 0.5))
    const weights = new Float64Array(end - first)
    let sum = 0
    for (let i = 0; i < weights.length; i++) {
      const weight = Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / support))
      weights[i] = weight
      sum += weight
    }
    // A loop: `map` of a typed array takes several times as long.
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / sum
    return { first, weights }
  })
}
