import { instruction } from './instruction.ts'
import { gradientInParts, perWeight } from './update.ts'

/**
 * Operands of every optimizer: the factor of the learning rate, decoupled weight decay, and the factors of L1 and L2
 * regularization.
 */
const weightInParts = { ...gradientInParts, multiplier: 'f32', decay: 'f32', l1: 'f32', l2: 'f32' } as const

/** Effects of every optimizer. */
const updated = { weights: 'writes all', gradients: 'reads all' } as const

/** Updates of weights by their gradients. */
export const optimizers = {
  adam: instruction({
    opcode: 60,
    operands: {
      ...weightInParts,
      first: 'address',
      second: 'address',
      secondMax: 'address',
      c1: 'f32',
      c2: 'f32',
      epsilon: 'f32',
    },
    effects: { ...updated, first: 'writes all', second: 'writes all', secondMax: 'writes all' },
    cost: perWeight(14, 6),
  }),
  sgd: instruction({
    opcode: 61,
    operands: { ...weightInParts, first: 'address', momentum: 'f32', nesterov: 'i32' },
    effects: { ...updated, first: 'writes all' },
    cost: perWeight(4, 4),
  }),
  rmsprop: instruction({
    opcode: 67,
    operands: {
      ...weightInParts,
      velocity: 'address',
      first: 'address',
      average: 'address',
      rho: 'f32',
      rest: 'f32',
      momentum: 'f32',
      epsilon: 'f32',
    },
    effects: { ...updated, velocity: 'writes all', first: 'writes all', average: 'writes all' },
    cost: perWeight(9, 4),
  }),
  adagrad: instruction({
    opcode: 68,
    operands: { ...weightInParts, accumulator: 'address', epsilon: 'f32' },
    effects: { ...updated, accumulator: 'writes all' },
    cost: perWeight(7, 4),
  }),
  adamax: instruction({
    opcode: 69,
    operands: {
      ...weightInParts,
      first: 'address',
      norm: 'address',
      c1: 'f32',
      beta2: 'f32',
      epsilon: 'f32',
    },
    effects: { ...updated, first: 'writes all', norm: 'writes all' },
    cost: perWeight(11, 6),
  }),
  nadam: instruction({
    opcode: 70,
    operands: {
      ...weightInParts,
      first: 'address',
      second: 'address',
      c1: 'f32',
      c2: 'f32',
      epsilon: 'f32',
    },
    effects: { ...updated, first: 'writes all', second: 'writes all' },
    cost: perWeight(18, 6),
  }),
  lion: instruction({
    opcode: 71,
    operands: { ...weightInParts, first: 'address', beta1: 'f32', c1: 'f32', beta2: 'f32', c2: 'f32' },
    effects: { ...updated, first: 'writes all' },
    cost: perWeight(9, 4),
  }),
}
