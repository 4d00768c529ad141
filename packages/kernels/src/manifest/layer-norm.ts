import { instruction, perFloat } from './instruction.ts'

const common = { x: 'address', xRow: 'bytes', width: 'i32', lines: 'i32', saved: 'address' } as const

/** Normalization of each line by its own mean and variance. `width` counts the elements of a line, without padding. */
export const layerNorm = {
  /** y = (x − mean) / √(variance + ε) · γ + β. `saved` takes mean and 1/√(variance + ε) of each line. */
  layerNormalize: instruction({
    opcode: 124,
    operands: { ...common, y: 'address', yRow: 'bytes', gamma: 'address', beta: 'address', epsilon: 'f32' },
    effects: { x: 'reads own', saved: 'writes own', y: 'writes own', gamma: 'reads all', beta: 'reads all' },
    cost: perFloat(8, 4),
  }),
  /** Each shard's Σ dy·x̂ (dγ) and Σ dy (dβ). */
  layerGradients: instruction({
    opcode: 125,
    operands: {
      ...common,
      dy: 'address',
      dyRow: 'bytes',
      dGamma: 'address',
      dGammaShard: 'bytes',
      dBeta: 'address',
      dBetaShard: 'bytes',
    },
    effects: {
      x: 'reads own',
      saved: 'reads own',
      dy: 'reads own',
      dGamma: 'writes own',
      dBeta: 'writes own',
    },
    cost: perFloat(5, 2),
  }),
  /** dx = (g − mean(g) − x̂·mean(g·x̂)) / √(variance + ε) with g = dy·γ. */
  layerNormalizeBackward: instruction({
    opcode: 126,
    operands: {
      ...common,
      dy: 'address',
      dyRow: 'bytes',
      dx: 'address',
      dxRow: 'bytes',
      gamma: 'address',
      accumulate: 'i32',
    },
    effects: { x: 'reads own', saved: 'reads own', dy: 'reads own', dx: 'writes own', gamma: 'reads all' },
    cost: perFloat(12, 5),
  }),
}
