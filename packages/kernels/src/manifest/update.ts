import { instruction } from './instruction.ts'

/** A weight and its gradient, which lies in `parts` parts that the kernel sums. */
export const gradientInParts = {
  weights: 'address',
  gradients: 'address',
  part: 'bytes',
  parts: 'i32',
  count: 'i32',
} as const

/**
 * The cost of an instruction that goes through the `count` elements of a weight.
 * @param flops operations for each element, beside the sum of the parts
 * @param floats floats read and written for each element, beside the parts
 */
export function perWeight(flops: number, floats: number) {
  return ({ count, parts = 0 }: { count: number; parts?: number }) => ({
    shape: `${count}`,
    flops: (flops + parts) * count,
    bytes: 4 * (floats + parts) * count,
  })
}

/** What surrounds an optimizer's update of the weights. */
export const update = {
  penalty: instruction({
    opcode: 62,
    operands: { weights: 'address', count: 'i32', l1: 'f32', l2: 'f32', out: 'address' },
    effects: { weights: 'reads all', out: 'writes own' },
    cost: perWeight(3, 2),
  }),
  joinGradient: instruction({
    opcode: 63,
    operands: { ...gradientInParts, out: 'address', l1: 'f32', l2: 'f32', norms: 'address' },
    effects: { weights: 'reads all', gradients: 'reads all', out: 'writes all', norms: 'writes own' },
    cost: perWeight(4, 2),
  }),
  clipGradient: instruction({
    opcode: 64,
    operands: {
      gradients: 'address',
      count: 'i32',
      norms: 'address',
      normCount: 'i32',
      limit: 'f32',
      together: 'i32',
    },
    effects: { gradients: 'writes all', norms: 'reads all' },
    cost: perWeight(3, 2),
  }),
  clipValue: instruction({
    opcode: 65,
    operands: { gradients: 'address', count: 'i32', limit: 'f32' },
    effects: { gradients: 'writes all' },
    cost: perWeight(2, 2),
  }),
  /** Limits each element of a weight. For NonNeg. */
  clipWeights: instruction({
    opcode: 72,
    operands: { weights: 'address', count: 'i32', least: 'f32', most: 'f32' },
    effects: { weights: 'writes all' },
    cost: perWeight(2, 2),
  }),
  /**
   * Moves the norms of parts of a weight towards [least, most] by `rate`. The table has the positions of `size` elements for
   * each of `groups` norms. For MaxNorm, MinMaxNorm and UnitNorm.
   */
  constrainNorms: instruction({
    opcode: 73,
    operands: {
      weights: 'address',
      table: 'address',
      groups: 'i32',
      size: 'i32',
      least: 'f32',
      most: 'f32',
      rate: 'f32',
    },
    effects: { weights: 'writes all', table: 'reads all' },
    cost: ({ groups, size }) => perWeight(3, 4)({ count: groups * size }),
  }),
  /** `fromEnd` is the place of its two scalars, counted from the end of the step's scalars. */
  averageWeights: instruction({
    opcode: 66,
    operands: { weights: 'address', average: 'address', count: 'i32', fromEnd: 'i32' },
    effects: { weights: 'writes all', average: 'writes all' },
    cost: perWeight(3, 4),
  }),
}
