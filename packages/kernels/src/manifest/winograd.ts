import { instruction } from './instruction.ts'

/** What the Winograd methods of `convolve` need beside it. */
export const winograd = {
  /**
   * Weights as a Winograd method multiplies with: `convolutionTransformedBytes` bytes at `target`. Needed again whenever the
   * weights change. `channels` and `filters` are those of the weights at `source`.
   */
  winogradWeights: instruction({
    opcode: 83,
    operands: { source: 'address', target: 'address', channels: 'i32', filters: 'i32', method: 'i32' },
    effects: { source: 'reads all', target: 'writes all' },
    cost: ({ channels, filters, method }) => ({
      shape: `3×3×${channels}×${filters}`,
      flops: 60 * channels * filters,
      bytes: 4 * (9 + (method + 2) ** 2) * channels * filters,
    }),
  }),
}
