import { instruction } from './instruction.ts'

const lengths = {
  lines: 'i32',
  width: 'i32',
  padded: 'i32',
  byColumn: 'i32',
  epsilon: 'f32',
} as const

/** Products of vectors of each sample, for Dot layers. Sums are computed in float64. */
export const dot = {
  /**
   * c[i, j] = Σ_k a[i, k]·b[j, k] for each sample: `m` × `n` products of `k` terms. `aSample`, `aI`, `aK` and their like are
   * the bytes from one sample, vector and term to the next. `accumulate` 1 adds to what c holds; otherwise the `lines` lines
   * of `padded` floats of a sample of c, `cRow` bytes apart, are set to zero first.
   */
  dot: instruction({
    opcode: 142,
    operands: {
      a: 'address',
      aSample: 'bytes',
      aI: 'bytes',
      aK: 'bytes',
      b: 'address',
      bSample: 'bytes',
      bJ: 'bytes',
      bK: 'bytes',
      c: 'address',
      cSample: 'bytes',
      cI: 'bytes',
      cJ: 'bytes',
      m: 'i32',
      n: 'i32',
      k: 'i32',
      lines: 'i32',
      cRow: 'bytes',
      padded: 'i32',
      accumulate: 'i32',
    },
    effects: { a: 'reads own', b: 'reads own', c: 'writes own' },
    cost: ({ m, n, k }, samples) => ({
      shape: `${samples}×${m}×${n}, ${k}`,
      flops: 2 * samples * m * n * k,
      bytes: 4 * samples * (m * k + n * k + m * n),
    }),
  }),
  /**
   * y = x with each vector divided by its length, `epsilon` at least. The vectors of a sample are its `lines` lines of
   * `width` floats, or the columns of these with `byColumn` 1. Lines are filled with zeros up to `padded` floats.
   */
  unitVectors: instruction({
    opcode: 143,
    operands: { x: 'address', xRow: 'bytes', y: 'address', yRow: 'bytes', ...lengths },
    effects: { x: 'reads own', y: 'writes own' },
    cost: ({ lines, width }, samples) => ({
      shape: `${samples}×${lines}×${width}`,
      flops: 3 * samples * lines * width,
      bytes: 8 * samples * lines * width,
    }),
  }),
  /** dx of `unitVectors`: (dy − y·Σ y·dy) / length, or dy / epsilon for shorter vectors. `accumulate` 1 adds. */
  unitVectorsBackward: instruction({
    opcode: 144,
    operands: {
      x: 'address',
      xRow: 'bytes',
      dy: 'address',
      dyRow: 'bytes',
      dx: 'address',
      dxRow: 'bytes',
      ...lengths,
      accumulate: 'i32',
    },
    effects: { x: 'reads own', dy: 'reads own', dx: 'writes own' },
    cost: ({ lines, width }, samples) => ({
      shape: `${samples}×${lines}×${width}`,
      flops: 7 * samples * lines * width,
      bytes: 12 * samples * lines * width,
    }),
  }),
}
