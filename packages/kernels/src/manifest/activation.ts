import { instruction, perFloat } from './instruction.ts'

/**
 * Values of the operand `kind` of `activate` and `activateBackward`. α, β and γ are the operands `alpha`, `beta` and
 * `gamma`; kinds that name none of them take 0. Kinds after `clip` are computed in float64 and rounded.
 */
export const activationKinds = {
  linear: 0,
  relu: 1,
  sigmoid: 2,
  tanh: 3,
  /** x > β: min(x, γ), else α · (x − β). */
  rectifier: 4,
  /** min(max(α · x + β, γ), 1) */
  clip: 5,
  /** β · (x > 0: x, else α · (eˣ − 1)) */
  elu: 6,
  /** x · Φ(x), Φ of the normal distribution. */
  gelu: 7,
  /** Its approximation by tanh. */
  geluTanh: 8,
  /** x · sigmoid(x) */
  silu: 9,
  /** x · tanh(log(1 + eˣ)) */
  mish: 10,
  /** β · log(1 + e^αx) */
  softplus: 11,
  /** x / (1 + |x|) */
  softsign: 12,
  /** eˣ */
  exponential: 13,
  /** x · min(max(x / 6 + ½, 0), 1) */
  hardSilu: 14,
  /** x ≤ −1: 0, x ≥ 1: x, else (x + 1)² / 4. */
  sparsePlus: 15,
  /** (x + √(x² + 4)) / 2 */
  squareplus: 16,
  /** x − tanh(x) */
  tanhShrink: 17,
  /** |x| > α: x − β · sign(x), else 0. */
  shrink: 18,
} as const

/** Whether `activateBackward` needs x, and not y, as its `value`. */
export const activationReadsInput = (kind: number): boolean => kind > activationKinds.tanh

const constants = { alpha: 'f32', beta: 'f32', gamma: 'f32' } as const

/** Where PReLU's factors lie. */
const factors = {
  alpha: 'address',
  alphaRow: 'bytes',
  alphaColumn: 'bytes',
  single: 'i32',
  width: 'i32',
  rows: 'i32',
  columns: 'i32',
} as const

const perFactor =
  (flops: number, floats: number) =>
  ({ rows, columns, width }: { rows: number; columns: number; width: number }, samples: number) =>
    perFloat(flops, floats)({ lines: rows * columns, width }, samples)

export const activation = {
  /** y = f(x); `accumulate` 1 adds it to what y holds. `kind`: of `activationKinds`. */
  activate: instruction({
    opcode: 40,
    operands: {
      kind: 'i32',
      ...constants,
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
  /** dx = dy · f′. `value`: x or y, see `activationReadsInput`. */
  activateBackward: instruction({
    opcode: 41,
    operands: {
      kind: 'i32',
      ...constants,
      value: 'address',
      valueRow: 'bytes',
      dy: 'address',
      dyRow: 'bytes',
      dx: 'address',
      dxRow: 'bytes',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
    effects: { value: 'reads own', dy: 'reads own', dx: 'writes own' },
    cost: perFloat(1, 3),
  }),
  /**
   * y = x where x > 0, else alpha · x.
   * - `rows`, `columns`: a sample has rows · columns lines of `width` floats.
   * - `alpha`, `alphaRow`, `alphaColumn`: the factors of line (0, 0), and bytes to those of the next row and column: 0 where
   *   these share them. `single` 1: a line has one factor, else `width` of them, padded to a multiple of four.
   */
  prelu: instruction({
    opcode: 47,
    operands: { x: 'address', xRow: 'bytes', y: 'address', yRow: 'bytes', ...factors },
    effects: { x: 'reads own', y: 'writes own', alpha: 'reads all' },
    cost: perFactor(2, 2),
  }),
  /**
   * The gradients of `prelu`. `dx` 0 or `dAlpha` 0: not wanted. Each shard sums its own part of `dAlpha`, `count` floats (a
   * multiple of four), `dAlphaShard` bytes after the one before. `accumulate` 1 adds to what dx holds.
   */
  preluBackward: instruction({
    opcode: 48,
    operands: {
      x: 'address',
      xRow: 'bytes',
      dy: 'address',
      dyRow: 'bytes',
      dx: 'address',
      dxRow: 'bytes',
      ...factors,
      dAlpha: 'address',
      dAlphaShard: 'bytes',
      count: 'i32',
      accumulate: 'i32',
    },
    effects: { x: 'reads own', dy: 'reads own', dx: 'writes own', alpha: 'reads all', dAlpha: 'writes own' },
    cost: perFactor(4, 3),
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
  /** y = x − log Σ eˣ along each line. */
  logSoftmax: instruction({
    opcode: 49,
    operands: { x: 'address', xRow: 'bytes', y: 'address', yRow: 'bytes', width: 'i32', lines: 'i32' },
    effects: { x: 'reads own', y: 'writes own' },
    cost: perFloat(25, 3),
  }),
  /** dx = dy − e^y · Σ dy along each line. */
  logSoftmaxBackward: instruction({
    opcode: 36,
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
    cost: perFloat(25, 3),
  }),
}
