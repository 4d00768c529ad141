import { instruction, perFloat } from './instruction.ts'

export const elementwise = {
  add: instruction({
    opcode: 44,
    operands: {
      a: 'address',
      aRow: 'bytes',
      b: 'address',
      bRow: 'bytes',
      y: 'address',
      yRow: 'bytes',
      width: 'i32',
      lines: 'i32',
    },
    effects: { a: 'reads own', b: 'reads own', y: 'writes own' },
    cost: perFloat(1, 3),
  }),
  sumColumns: instruction({
    opcode: 45,
    operands: {
      x: 'address',
      row: 'bytes',
      width: 'i32',
      lines: 'i32',
      out: 'address',
      outShard: 'bytes',
    },
    effects: { x: 'reads own', out: 'writes own' },
    cost: perFloat(1, 1),
  }),
}
