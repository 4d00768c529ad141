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
  /** A mask of `count` elements a sample from one of `size`: element j is element table[j]. For masks shared along axes. */
  spreadMask: instruction({
    opcode: 32,
    operands: { source: 'address', size: 'i32', mask: 'address', count: 'i32', table: 'address' },
    effects: { source: 'reads own', mask: 'writes own', table: 'reads all' },
    cost: ({ count }, samples) => ({ shape: `${samples}×${count}`, flops: 0, bytes: 8 * samples * count }),
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
  /** y = x · scale + shift where kept, else `dropped`. For AlphaDropout. */
  selectMask: instruction({
    opcode: 33,
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
      shift: 'f32',
      dropped: 'f32',
    },
    effects: { x: 'reads own', y: 'writes own', mask: 'reads own' },
    cost: perFloat(3, 2.5),
  }),
  drawNoise: instruction({
    opcode: 34,
    operands: { noise: 'address', size: 'i32', stream: 'i32' },
    effects: { noise: 'writes own' },
    // The seven rounds, and the quantile of each word.
    cost: ({ size }, samples) => ({
      shape: `${samples}×${size}`,
      flops: 70 * samples * size,
      bytes: 4 * samples * size,
    }),
  }),
  applyNoise: instruction({
    opcode: 35,
    operands: {
      x: 'address',
      xRow: 'bytes',
      y: 'address',
      yRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      noise: 'address',
      noiseRow: 'bytes',
      deviation: 'f32',
      multiplies: 'i32',
      accumulate: 'i32',
    },
    effects: { x: 'reads own', y: 'writes own', noise: 'reads own' },
    cost: perFloat(3, 3),
  }),
}
