import { instruction } from './instruction.ts'
import { gradientInParts } from './update.ts'

/**
 * Matrices of Muon are dense and at least as high as wide; `stride` is their width in floats, rounded up to 4. `table`
 * has the position of each element in the packed weight.
 */
const matrix = { table: 'address', matrixHeight: 'i32', matrixWidth: 'i32', matrixStride: 'i32' } as const

const perElement =
  (flops: number, floats: number) =>
  ({ matrixHeight, matrixWidth }: { matrixHeight: number; matrixWidth: number }) => ({
    shape: `${matrixHeight}×${matrixWidth}`,
    flops: flops * matrixHeight * matrixWidth,
    bytes: 4 * floats * matrixHeight * matrixWidth,
  })

/** Muon's update of a weight as one matrix. */
export const muon = {
  /** Moves the momentum, and writes what is to be made orthogonal as a matrix; a float64 of Σx² for each shard. */
  muonMomentum: instruction({
    opcode: 74,
    operands: {
      ...gradientInParts,
      l1: 'f32',
      l2: 'f32',
      first: 'address',
      keep: 'f32',
      rest: 'f32',
      nesterov: 'i32',
      ...matrix,
      out: 'address',
      norms: 'address',
    },
    effects: {
      weights: 'reads all',
      gradients: 'reads all',
      first: 'writes all',
      table: 'reads all',
      out: 'writes all',
      norms: 'writes own',
    },
    cost: perElement(8, 6),
  }),
  /** x / (|x| + 1e-7) */
  muonNormalize: instruction({
    opcode: 75,
    operands: {
      out: 'address',
      matrixHeight: 'i32',
      matrixStride: 'i32',
      norms: 'address',
      normCount: 'i32',
    },
    effects: { out: 'writes all', norms: 'reads all' },
    cost: ({ matrixHeight, matrixStride }) => perElement(1, 2)({ matrixHeight, matrixWidth: matrixStride }),
  }),
  /**
   * out = alpha · add + left right, of `matrixHeight` rows; element (i, k) of left is at i · leftRow + k · leftColumn. At
   * `scaled` scale · out; 0 for none.
   */
  muonMultiply: instruction({
    opcode: 76,
    operands: {
      left: 'address',
      leftRow: 'bytes',
      leftColumn: 'bytes',
      right: 'address',
      inner: 'i32',
      alpha: 'f32',
      add: 'address',
      matrixHeight: 'i32',
      matrixStride: 'i32',
      out: 'address',
      scaled: 'address',
      scale: 'f32',
    },
    effects: {
      left: 'reads all',
      right: 'reads all',
      add: 'reads all',
      out: 'writes all',
      scaled: 'writes all',
    },
    cost: ({ matrixHeight, matrixStride, inner }) => ({
      shape: `${matrixHeight}×${inner}×${matrixStride}`,
      flops: 2 * matrixHeight * inner * matrixStride,
      bytes: 4 * (matrixHeight * inner + inner * matrixStride + 2 * matrixHeight * matrixStride),
    }),
  }),
  /** w − w · decay · lr − lr · x · edge · rate */
  muonUpdate: instruction({
    opcode: 77,
    operands: {
      weights: 'address',
      ...matrix,
      x: 'address',
      multiplier: 'f32',
      decay: 'f32',
      edge: 'f32',
      rate: 'f32',
    },
    effects: { weights: 'writes all', table: 'reads all', x: 'reads all' },
    cost: perElement(6, 4),
  }),
}
