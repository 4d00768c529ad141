import { block, costOfBlock, featureMap } from './feature-map.ts'
import { instruction, perFloat } from './instruction.ts'

export const elementwise = {
  /**
   * y = act(a + b), act none or ReLU (`relu` 1), over a block of every image.
   * - `a`, `b`, `y`: pixel (0, 0) of the block in image 0. `y` may be `a` or `b`.
   * - `channels`: a multiple of four.
   */
  add: instruction({
    opcode: 44,
    operands: { ...featureMap('a'), ...featureMap('b'), ...featureMap('y'), ...block, relu: 'i32' },
    effects: { a: 'reads own', b: 'reads own', y: 'writes own' },
    cost: costOfBlock(1, 3),
  }),
  /** The gradient of a ReLU whose output is `y`: dx = dy where y is above 0, else 0. `dx` may be `dy`. Maps as in `add`. */
  reluBackward: instruction({
    opcode: 46,
    operands: { ...featureMap('y'), ...featureMap('dy'), ...featureMap('dx'), ...block },
    effects: { y: 'reads own', dy: 'reads own', dx: 'writes own' },
    cost: costOfBlock(1, 3),
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
