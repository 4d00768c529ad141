import { instruction } from './instruction.ts'

const lossOf = (opcode: number) =>
  instruction({
    opcode,
    operands: {
      logits: 'address',
      row: 'bytes',
      units: 'i32',
      targets: 'address',
      weights: 'address',
      gradients: 'address',
      gradientRow: 'bytes',
      partials: 'address',
      smoothing: 'f32',
      scale: 'f32',
      delta: 'f32',
    },
    effects: {
      logits: 'reads own',
      targets: 'reads all',
      weights: 'reads all',
      gradients: 'writes own',
      partials: 'writes own',
    },
    // An exponential in float64 takes some forty operations, and is taken twice.
    cost: ({ units }, samples) => ({
      shape: `${samples}×${units}`,
      flops: 90 * samples * units,
      bytes: 8 * samples * units,
    }),
  })

/**
 * Losses from logits, or from outputs, with their gradients. `scale` is the weight of the loss in the total: it multiplies the gradient only. `delta` is where Huber's
 * loss turns from a square to a line.
 */
export const loss = {
  sparseCrossEntropy: lossOf(50),
  categoricalCrossEntropy: lossOf(51),
  binaryCrossEntropy: lossOf(52),
  squaredError: lossOf(53),
  absoluteError: lossOf(55),
  huber: lossOf(130),
  logCosh: lossOf(131),
  poisson: lossOf(132),
  hinge: lossOf(133),
  squaredHinge: lossOf(134),
  categoricalHinge: lossOf(135),
  divergence: lossOf(136),
  /** Writes loss and metric of one output, both float64, to the step's `results` from byte 16 · `index` on. */
  finishLoss: instruction({
    opcode: 54,
    operands: { partials: 'address', penalties: 'address', penaltyCount: 'i32', index: 'i32' },
    effects: { partials: 'reads all', penalties: 'reads all' },
    cost: () => ({ shape: '', flops: 0, bytes: 0 }),
  }),
}
