import { instruction, perFloat } from './instruction.ts'

/**
 * Regularization of the output of a layer, of each sample by itself: its mean over the samples is part of the loss.
 * `width` is a multiple of four; the floats between the segments of a line are 0 and add nothing.
 */
export const activity = {
  /**
   * l1·Σ|x| + l2·Σx² of each sample, computed in float64. `y`: four floats for each sample, its value and zeros; 0 for
   * none. `sums`: a float64 for each shard, the sum over its samples divided by the samples of the step; 0 for none.
   */
  activityLoss: instruction({
    opcode: 140,
    operands: {
      x: 'address',
      xRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      y: 'address',
      yRow: 'bytes',
      sums: 'address',
      l1: 'f32',
      l2: 'f32',
    },
    effects: { x: 'reads own', y: 'writes own', sums: 'writes own' },
    cost: perFloat(4, 1),
  }),
  /** dx = (l1·sign(x) + 2·l2·x) / samples of the step. `accumulate` 1 adds. */
  activityGradient: instruction({
    opcode: 141,
    operands: {
      x: 'address',
      xRow: 'bytes',
      dx: 'address',
      dxRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      l1: 'f32',
      l2: 'f32',
      accumulate: 'i32',
    },
    effects: { x: 'reads own', dx: 'writes own' },
    cost: perFloat(4, 2),
  }),
}
