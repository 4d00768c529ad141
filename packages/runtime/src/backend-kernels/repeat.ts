import type { TypedArray } from '@tensorflow/tfjs-core'

/**
 * Writes the row-major `source` of the given shape to `target`, with each dimension i repeated `reps[i]` times.
 * Copies runs whose length doubles each time.
 */
export function repeat(
  source: TypedArray,
  target: TypedArray,
  shape: readonly number[],
  reps: readonly number[],
): void {
  // Dimensions from `whole` on are not repeated, so they are copied as one run.
  let whole = shape.length
  while (whole > 0 && reps[whole - 1] === 1) whole--

  /** Writes the `size` elements from `from` on, the dimensions from `dimension` on. Returns the end of the output. */
  const write = (dimension: number, from: number, size: number, to: number): number => {
    if (dimension >= whole) {
      target.set(source.subarray(from, from + size), to)
      return to + size
    }
    if (size === 1) {
      const end = to + reps.slice(dimension).reduce((product, times) => product * times, 1)
      target.fill(source[from] as number, to, end)
      return end
    }
    const parts = shape[dimension] as number
    let end = to
    for (let part = 0; part < parts; part++)
      end = write(dimension + 1, from + (part * size) / parts, size / parts, end)
    const goal = to + (end - to) * (reps[dimension] as number)
    while (end < goal) {
      const length = Math.min(end - to, goal - end)
      target.copyWithin(end, to, to + length)
      end += length
    }
    return goal
  }
  write(0, 0, source.length, 0)
}
