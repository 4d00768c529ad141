import type { InstructionName } from '@treadle/kernels'

/**
 * What each instruction does to what its address operands name. Lower case: a shard touches the part that belongs
 * to its own rows (or its own slot), so instructions of one phase may follow each other on it. Upper case: a shard
 * touches what others may own, so a meeting of the threads must lie between.
 */
type Effect = 'r' | 'w' | 'R' | 'W'
type Effects = Readonly<Record<string, Effect>>

const product =
  (a: string, b: string, c: string) =>
  (operands: Readonly<Record<string, unknown>>): Effects =>
    operands['byColumn']
      ? { [a]: 'R', [b]: 'R', [c]: 'W', bias: 'R' }
      : { [a]: 'r', [b]: 'R', [c]: 'w', bias: 'R' }
const loss: Effects = { logits: 'r', gradients: 'w', partials: 'w' }

const table: Record<InstructionName, Effects | ((operands: Readonly<Record<string, unknown>>) => Effects)> = {
  gatherBytes: { target: 'w' },
  gatherFloats: { target: 'w' },
  scatterRows: { source: 'r' },
  relayout: { source: 'r', target: 'w' },
  gemm: product('a', 'b', 'c'),
  gemmOverRows: ({ mode }): Effects => (mode === 0 ? { a: 'r', b: 'r', c: 'w' } : { a: 'R', b: 'R', c: 'W' }),
  gemmTransposed: product('a', 'b', 'c'),
  transpose: { source: 'R', target: 'W' },
  batchStatistics: { x: 'r', partials: 'w' },
  normalize: {
    x: 'r',
    y: 'w',
    partials: 'R',
    gamma: 'R',
    beta: 'R',
    movingMean: 'W',
    movingVariance: 'W',
    saved: 'w',
  },
  batchGradients: { x: 'r', dy: 'r', saved: 'r', dGamma: 'w', dBeta: 'w' },
  normalizeBackward: { x: 'r', dy: 'r', dx: 'w', saved: 'r', gamma: 'R', dGamma: 'R', dBeta: 'R' },
  scaleShift: { x: 'r', y: 'w', affine: 'R' },
  drawMask: { mask: 'w' },
  applyMask: { x: 'r', y: 'w', mask: 'r' },
  activate: { x: 'r', y: 'w' },
  activateBackward: { y: 'r', dy: 'r', dx: 'w' },
  softmax: { x: 'r', y: 'w' },
  softmaxBackward: { y: 'r', dy: 'r', dx: 'w' },
  add: { a: 'r', b: 'r', y: 'w' },
  sumColumns: { x: 'r', out: 'w' },
  sparseCrossEntropy: loss,
  categoricalCrossEntropy: loss,
  binaryCrossEntropy: loss,
  squaredError: loss,
  finishLoss: { partials: 'R', penalties: 'R' },
  adam: { weights: 'W', gradients: 'R', first: 'W', second: 'W' },
  sgd: { weights: 'W', gradients: 'R', first: 'W' },
  penalty: { weights: 'R', out: 'w' },
  joinGradient: { weights: 'R', gradients: 'R', out: 'W', norms: 'w' },
  clipGradient: { gradients: 'W', norms: 'R' },
}

export interface Access {
  readonly operand: string
  readonly writes: boolean
  /** Only what belongs to the shard's own rows. */
  readonly own: boolean
}

export function accessesOf(name: InstructionName, operands: Readonly<Record<string, unknown>>): Access[] {
  const effects = table[name]
  return Object.entries(typeof effects === 'function' ? effects(operands) : effects).map(
    ([operand, effect]) => ({
      operand,
      writes: effect === 'w' || effect === 'W',
      own: effect === 'r' || effect === 'w',
    }),
  )
}
