import { instruction, perFloat } from './instruction.ts'

export const dropout = {
  drawMask: instruction({
    opcode: 30,
    operands: { mask: 'address', size: 'i32', threshold: 'i32', stream: 'i32' },
    effects: { mask: 'writes own' },
    // Seven rounds of 22 operations for 32 elements.
    cost: ({ size }, samples) => ({
      shape: `${samples}×${size}`,
      flops: 5 * samples * size,
      bytes: 2 * samples * size,
    }),
  }),
  applyMask: instruction({
    opcode: 31,
    operands: {
      x: 'address',
      xRow: 'bytes',
      y: 'address',
      yRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      mask: 'address',
      maskRow: 'bytes',
      scale: 'f32',
      accumulate: 'i32',
    },
    effects: { x: 'reads own', y: 'writes own', mask: 'reads own' },
    cost: perFloat(2, 2.5),
  }),
}
