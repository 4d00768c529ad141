import { instruction, perFloat } from './instruction.ts'

/** Values of the operand `kind` of `merge`. */
export const mergeKinds = { subtract: 0, multiply: 1, maximum: 2, minimum: 3 } as const

/** Values of the operand `condition` of `selectWhere`. */
export const conditions = { notBelow: 0, below: 1, notAbove: 2, above: 3 } as const

const twoInputs = { a: 'address', aRow: 'bytes', b: 'address', bRow: 'bytes' } as const

/** Values joined element by element, and linear maps of one value. */
export const merge = {
  /** y = a ∘ b over whole lines, or added to y. */
  merge: instruction({
    opcode: 120,
    operands: {
      kind: 'i32',
      ...twoInputs,
      y: 'address',
      yRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
    effects: { a: 'reads own', b: 'reads own', y: 'writes own' },
    cost: perFloat(1, 3),
  }),
  /** y = x where a and b meet the condition, else 0; or added to y. The gradients of maximum and minimum. */
  selectWhere: instruction({
    opcode: 121,
    operands: {
      condition: 'i32',
      ...twoInputs,
      x: 'address',
      xRow: 'bytes',
      y: 'address',
      yRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
    effects: { a: 'reads own', b: 'reads own', x: 'reads own', y: 'writes own' },
    cost: perFloat(1, 4),
  }),
  /** y = x · scale + shift over the first `width` floats of a line; the rest of the last vector becomes 0. */
  scaleAll: instruction({
    opcode: 122,
    operands: {
      x: 'address',
      xRow: 'bytes',
      y: 'address',
      yRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      scale: 'f32',
      shift: 'f32',
      accumulate: 'i32',
    },
    effects: { x: 'reads own', y: 'writes own' },
    cost: perFloat(2, 2),
  }),
  /**
   * Any linear map within a sample: float j of the target is Σ weight · float of the source over the entries from
   * ends[j − 1] to before ends[j]. An entry is an index (int32) and a weight (float32).
   */
  mapLinear: instruction({
    opcode: 123,
    operands: {
      source: 'address',
      sourceSample: 'bytes',
      target: 'address',
      targetSample: 'bytes',
      ends: 'address',
      entries: 'address',
      count: 'i32',
      accumulate: 'i32',
    },
    effects: { source: 'reads own', target: 'writes own', ends: 'reads all', entries: 'reads all' },
    cost: ({ count }, samples) => ({
      shape: `${samples}×${count}`,
      flops: 2 * samples * count,
      bytes: 20 * samples * count,
    }),
  }),
}
