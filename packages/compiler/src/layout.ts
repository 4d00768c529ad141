/**
 * How one sample of a value lies in memory: `lines` lines of `stride` floats, each made of segments that begin at
 * multiples of four. What lies between segments is zero in every activation and gradient, so that kernels may read,
 * multiply and write whole vectors. Batch row b begins `lines` lines after row b − 1.
 */
export interface Layout {
  readonly lines: number
  /** Floats that mean something in a line: the sum of the segments' lengths. */
  readonly width: number
  /** Floats from one segmentation to the end of the last segment, padded to a multiple of four. */
  readonly stride: number
  readonly segments: readonly Segment[]
}

interface Segment {
  readonly start: number
  readonly length: number
}

export function padded(width: number): number {
  return (width + 3) & ~3
}

/**
 * Bytes from one line of `line` bytes to the next. Products walk down columns; where lines are a multiple of 512 bytes
 * apart, an eighth of 4 kB, a column's parts share few sets of the first-level cache and push each other out of it.
 * One cache line between them spreads them.
 */
export function spread(line: number): number {
  return line % 512 === 0 ? line + 64 : line
}

export function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

/** The layout of a value nobody asked to lie otherwise: a line for each row of its last axis. */
export function plainLayout(shape: readonly number[]): Layout {
  const width = shape.at(-1) ?? 1
  return {
    lines: product(shape.slice(0, -1)),
    width,
    stride: padded(width),
    segments: [{ start: 0, length: width }],
  }
}

/** Layouts side by side in one line, as concatenation along the last axis wants them. */
export function sideBySide(layouts: readonly Layout[]): { layout: Layout; offsets: number[] } {
  const offsets: number[] = []
  const segments: Segment[] = []
  let stride = 0
  for (const part of layouts) {
    offsets.push(stride)
    for (const { start, length } of part.segments) segments.push({ start: stride + start, length })
    stride += part.stride
  }
  const width = segments.reduce((sum, { length }) => sum + length, 0)
  return { layout: { lines: (layouts[0] as Layout).lines, width, stride, segments }, offsets }
}

/** Where each element of a line lies: shape [width]. */
export function lineTable({ width, segments }: Layout): Int32Array {
  const table = new Int32Array(width)
  let at = 0
  for (const { start, length } of segments) for (let i = 0; i < length; i++) table[at++] = start + i
  return table
}

/** Where each element of a sample lies, in row-major order: shape [lines · width]. */
export function sampleTable(layout: Layout): Int32Array {
  const line = lineTable(layout)
  const table = new Int32Array(layout.lines * layout.width)
  for (let l = 0; l < layout.lines; l++) {
    for (let i = 0; i < layout.width; i++)
      table[l * layout.width + i] = l * layout.stride + (line[i] as number)
  }
  return table
}
