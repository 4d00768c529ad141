/** A trainable weight: its name, such as `dense_1/kernel`, and its shape. */
export interface WeightShape {
  readonly name: string
  readonly shape: readonly number[]
}

/**
 * A weight as a matrix that is at least as high as wide. The weight's last axis is one side; the others together are the
 * other side.
 */
export interface Matrix {
  readonly height: number
  readonly width: number
  /** Whether the last axis of the weight is the height. */
  readonly transposed: boolean
}

export function matrixOf(shape: readonly number[]): Matrix {
  const last = shape.at(-1) as number
  const rest = shape.slice(0, -1).reduce((product, size) => product * size, 1)
  const transposed = rest < last
  return { height: Math.max(rest, last), width: Math.min(rest, last), transposed }
}

/** The index of element (i, j) in the row-major weight. */
export function indexInWeight({ height, width, transposed }: Matrix, i: number, j: number): number {
  return transposed ? j * height + i : i * width + j
}
