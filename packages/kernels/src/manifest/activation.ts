import { instruction, perFloat } from './instruction.ts'

/** Values of the operand `kind` of `activate` and `activateBackward`. */
export const activationKinds = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 } as const

export const activation = {
  activate: instruction({
    opcode: 40,
    operands: {
      kind: 'i32',
      x: 'address',
      xRow: 'bytes',
      y: 'address',
      yRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
    effects: { x: 'reads own', y: 'writes own' },
    cost: perFloat(1, 2),
  }),
  activateBackward: instruction({
    opcode: 41,
    operands: {
      kind: 'i32',
      y: 'address',
      yRow: 'bytes',
      dy: 'address',
      dyRow: 'bytes',
      dx: 'address',
      dxRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
    effects: { y: 'reads own', dy: 'reads own', dx: 'writes own' },
    cost: perFloat(1, 3),
  }),
  softmax: instruction({
    opcode: 42,
    operands: { x: 'address', xRow: 'bytes', y: 'address', yRow: 'bytes', width: 'i32', lines: 'i32' },
    effects: { x: 'reads own', y: 'writes own' },
    cost: perFloat(25, 4),
  }),
  softmaxBackward: instruction({
    opcode: 43,
    operands: {
      y: 'address',
      yRow: 'bytes',
      dy: 'address',
      dyRow: 'bytes',
      dx: 'address',
      dxRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
    effects: { y: 'reads own', dy: 'reads own', dx: 'writes own' },
    cost: perFloat(4, 5),
  }),
}
