/**
 * How one sample of a value lies in memory: `rows` rows of `stride` floats, each made of segments that begin at
 * multiples of four. The floats between segments are zero in every activation and gradient, so that kernels may read,
 * multiply and write whole vectors. Sample b begins `rows` rows after sample b − 1.
 */
export interface Layout {
  readonly rows: number
  /** Elements in a row: the sum of the segments' lengths. */
  readonly width: number
  /** Floats from the first segment to the end of the last, padded to a multiple of four. */
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
 * Bytes from one row of `row` bytes to the next. Products walk down columns; where rows are a multiple of 512 bytes
 * apart, an eighth of 4 kB, the parts of a column share few sets of the first-level cache and evict each other. One
 * cache line between the rows spreads them.
 */
export function spread(row: number): number {
  return row % 512 === 0 ? row + 64 : row
}

export function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

/** A row for each vector along the last axis, as layers along that axis need it. */
export function lastAxisLayout(shape: readonly number[]): Layout {
  const width = shape.at(-1) ?? 1
  return {
    rows: product(shape.slice(0, -1)),
    width,
    stride: padded(width),
    segments: [{ start: 0, length: width }],
  }
}

/** The shape without axes of size 1 at its end: [28, 28, 1] and [28, 28] have the same rows. */
export function withoutTrailingOnes(shape: readonly number[]): readonly number[] {
  return shape.slice(0, Math.max(1, shape.findLastIndex((size) => size !== 1) + 1))
}

/** The layout of a value whose consumers need no other. One channel is not padded to four: its pixels form a row. */
export function plainLayout(shape: readonly number[]): Layout {
  return lastAxisLayout(withoutTrailingOnes(shape))
}

/** Whether rows lie alike, so that instructions that go row by row can take both. */
export function sameRows(a: Layout, b: Layout): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** Layouts side by side in one row, for a concatenation along the last axis. */
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
  return { layout: { rows: (layouts[0] as Layout).rows, width, stride, segments }, offsets }
}

/** The position of each element of a row, in floats: shape [width]. */
export function rowTable({ width, segments }: Layout): Int32Array {
  const table = new Int32Array(width)
  let at = 0
  for (const { start, length } of segments) for (let i = 0; i < length; i++) table[at++] = start + i
  return table
}

/** The position of each element of a sample, in row-major order, in floats: shape [rows · width]. */
export function sampleTable(layout: Layout): Int32Array {
  const row = rowTable(layout)
  const table = new Int32Array(layout.rows * layout.width)
  for (let r = 0; r < layout.rows; r++) {
    for (let i = 0; i < layout.width; i++)
      table[r * layout.width + i] = r * layout.stride + (row[i] as number)
  }
  return table
}
