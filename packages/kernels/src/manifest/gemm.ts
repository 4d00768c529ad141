import { instruction, type Cost } from './instruction.ts'

/** Values of the operand `flags` of the products. */
export const gemmFlags = {
  relu: 1,
  /** Adds to what C holds. */
  keep: 2,
  /**
   * Of `gemm` alone: skips terms whose factor in A is zero. The sums are the same, but 0 · ∞ and 0 · NaN then add
   * nothing.
   */
  skipZeros: 4,
} as const

/** Of [m, k] by [k, n]. */
function product(shape: string, m: number, k: number, n: number): Cost {
  return { shape, flops: 2 * m * k * n, bytes: 4 * (m * k + k * n + m * n) }
}

/** A shard computes the rows of C that belong to its samples, or by column some columns of all rows. */
function productEffects({ byColumn }: { byColumn: number }) {
  return byColumn
    ? ({ a: 'reads all', b: 'reads all', c: 'writes all', bias: 'reads all' } as const)
    : ({ a: 'reads own', b: 'reads all', c: 'writes own', bias: 'reads all' } as const)
}

/** Matrix products. Packed matrices lie in panels of 16 columns. */
export const gemm = {
  gemm: instruction({
    opcode: 10,
    operands: {
      a: 'address',
      aRow: 'bytes',
      b: 'address',
      bRow: 'bytes',
      panel: 'bytes',
      c: 'address',
      cRow: 'bytes',
      k: 'i32',
      columns: 'i32',
      lines: 'i32',
      bias: 'address',
      flags: 'i32',
      groups: 'i32',
      bGroup: 'bytes',
      cGroup: 'bytes',
      byColumn: 'i32',
    },
    effects: productEffects,
    cost: ({ k, columns, lines, groups }, samples) => {
      const [m, n] = [samples * lines, columns * groups]
      return product(`${m}×${k} · ${k}×${n}`, m, k, n)
    },
  }),
  gemmOverRows: instruction({
    opcode: 11,
    operands: {
      a: 'address',
      aRow: 'bytes',
      b: 'address',
      bRow: 'bytes',
      c: 'address',
      cRow: 'bytes',
      cPanel: 'bytes',
      m: 'i32',
      columns: 'i32',
      lines: 'i32',
      cShard: 'bytes',
      mode: 'i32',
    },
    effects: ({ mode }) =>
      mode === 0
        ? { a: 'reads own', b: 'reads own', c: 'writes own' }
        : { a: 'reads all', b: 'reads all', c: 'writes all' },
    cost: ({ m, columns, lines }, samples) => {
      const rows = samples * lines
      return product(`(${rows}×${m})ᵀ · ${rows}×${columns}`, m, rows, columns)
    },
  }),
  gemmTransposed: instruction({
    opcode: 12,
    operands: {
      a: 'address',
      aRow: 'bytes',
      b: 'address',
      bRow: 'bytes',
      c: 'address',
      cRow: 'bytes',
      k: 'i32',
      columns: 'i32',
      padded: 'i32',
      lines: 'i32',
      bias: 'address',
      flags: 'i32',
      byColumn: 'i32',
    },
    effects: productEffects,
    cost: ({ k, columns, lines }, samples) => {
      const m = samples * lines
      return product(`${m}×${k} · (${columns}×${k})ᵀ`, m, k, columns)
    },
  }),
  transpose: instruction({
    opcode: 13,
    operands: {
      source: 'address',
      row: 'bytes',
      panel: 'bytes',
      target: 'address',
      targetRow: 'bytes',
      targetPanel: 'bytes',
      k: 'i32',
      columns: 'i32',
    },
    effects: { source: 'reads all', target: 'writes all' },
    cost: ({ k, columns }) => ({ shape: `${k}×${columns}`, flops: 0, bytes: 8 * k * columns }),
  }),
}
