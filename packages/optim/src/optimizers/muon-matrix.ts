import type { PlainUpdate } from '../flat-parameters.ts'
import { indexInWeight, type Matrix } from '../matrices.ts'
import type { InstructionEmitter, MatrixOperands, UpdateOperands } from '../optimizer.ts'

/** The fields of `muon` that concern matrices. */
interface MuonSettings {
  readonly momentum: number
  readonly nesterov: boolean
  readonly nsSteps: number
  readonly muonA: number
  readonly muonB: number
  readonly muonC: number
  readonly rmsRate: number
}

const f = Math.fround

/** Factors of an update: the root of the longer side, and `rmsRate`. */
function scaleOf({ rmsRate }: MuonSettings, { height }: Matrix): { edge: number; rate: number } {
  return rmsRate === 0 ? { edge: 1, rate: 1 } : { edge: f(Math.sqrt(height)), rate: f(rmsRate) }
}

/**
 * Muon's update of one weight as a matrix X, higher than wide: five times X ← aX + X(bA + cA²) with A = XᵀX, which is
 * Keras's iteration of the transposed matrix. Every sum has the order of its terms.
 */
export function plainMuonMatrix(optimizer: MuonSettings, matrix: Matrix): PlainUpdate {
  const { height, width } = matrix
  const { nesterov, nsSteps } = optimizer
  const [a, b, c] = [f(optimizer.muonA), f(optimizer.muonB), f(optimizer.muonC)]
  const [keep, rest] = [f(optimizer.momentum), f(optimizer.momentum - 1)]
  const { edge, rate } = scaleOf(optimizer, matrix)
  let x = new Float32Array(height * width)
  let next = new Float32Array(height * width)
  const squares = new Float32Array(width * width)
  const polynomial = new Float32Array(width * width)
  const index = Int32Array.from({ length: height * width }, (_, i) =>
    indexInWeight(matrix, Math.floor(i / width), i % width),
  )
  return ({ weights: w, gradients: g, slots }, scalars) => {
    const m = slots['momentum'] as Float32Array
    let sum = 0
    for (let i = 0; i < x.length; i++) {
      const at = index[i] as number
      const gi = g[at] as number
      const old = m[at] as number
      const mi = f(old + f(gi + f(old * rest)))
      m[at] = mi
      const value = nesterov ? f(gi + f(keep * mi)) : mi
      x[i] = value
      sum += value * value
    }
    const divisor = f(f(Math.sqrt(sum)) + f(1e-7))
    for (let i = 0; i < x.length; i++) x[i] = f((x[i] as number) / divisor)
    const whole = { row: width, column: 1 }
    for (let step = 0; step < nsSteps; step++) {
      multiply(x, { row: 1, column: width }, 1, x, { inner: height, width }, squares, 0, squares)
      multiply(squares, whole, c, squares, { inner: width, width }, squares, b, polynomial)
      multiply(x, whole, 1, polynomial, { inner: width, width }, x, a, next)
      ;[x, next] = [next, x]
    }
    const lr = scalars[0] as number
    for (let i = 0; i < x.length; i++) {
      const at = index[i] as number
      w[at] = f((w[at] as number) - f(f(f(lr * (x[i] as number)) * edge) * rate))
    }
  }
}

/** out ← alpha · add + (scale · left) right, as the instruction `muonMultiply`. */
function multiply(
  left: Float32Array,
  { row, column }: { row: number; column: number },
  scale: number,
  right: Float32Array,
  { inner, width }: { inner: number; width: number },
  add: Float32Array,
  alpha: number,
  out: Float32Array,
): void {
  const sums = new Float32Array(width)
  for (let i = 0; i < out.length / width; i++) {
    sums.fill(0)
    for (let k = 0; k < inner; k++) {
      const factor = f(scale * (left[i * row + k * column] as number))
      for (let j = 0; j < width; j++)
        sums[j] = (sums[j] as number) + f(factor * (right[k * width + j] as number))
    }
    for (let j = 0; j < width; j++) {
      const at = i * width + j
      out[at] = alpha === 0 ? (sums[j] as number) : f(f(alpha * (add[at] as number)) + (sums[j] as number))
    }
  }
}

/** The same as instructions. */
export function emitMuonMatrix<Address>(
  emitter: InstructionEmitter<Address>,
  optimizer: MuonSettings,
  operands: UpdateOperands<Address>,
  slots: Readonly<Record<string, Address>>,
  matrix: MatrixOperands<Address>,
): void {
  const { decay, multiplier, ...gradient } = operands
  const { height, width, stride, table, norms, normCount, squares, polynomial } = matrix
  const { muonA, muonB, muonC, momentum, nesterov, nsSteps } = optimizer
  const tall = { matrixHeight: height, matrixStride: stride }
  const small = { matrixHeight: width, matrixStride: stride }
  let [x, next] = [matrix.x, matrix.next]
  emitter.emit('muonMomentum', {
    ...gradient,
    ...tall,
    matrixWidth: width,
    first: slots['momentum'] as Address,
    keep: momentum,
    rest: momentum - 1, // subtracted in float64, as Python does
    nesterov: nesterov ? 1 : 0,
    table,
    out: x,
    norms,
  })
  emitter.emit('muonNormalize', { ...tall, out: x, norms, normCount })
  const row = 4 * stride
  for (let step = 0; step < nsSteps; step++) {
    const product = { left: x, right: x, leftRow: 4, leftColumn: row, inner: height, add: x, alpha: 0 }
    // `next` is free until it is written, and at least as high as wide.
    emitter.emit('muonMultiply', { ...small, ...product, out: squares, scaled: next, scale: muonC })
    const own = { leftRow: row, leftColumn: 4, inner: width, scaled: 0, scale: 0 }
    const square = { ...own, left: next, right: squares, add: squares, alpha: muonB }
    emitter.emit('muonMultiply', { ...small, ...square, out: polynomial })
    const applied = { ...own, left: x, right: polynomial, add: x, alpha: muonA }
    emitter.emit('muonMultiply', { ...tall, ...applied, out: next })
    ;[x, next] = [next, x]
  }
  emitter.emit('muonUpdate', {
    ...tall,
    matrixWidth: width,
    weights: operands.weights,
    table,
    x,
    multiplier,
    decay,
    ...scaleOf(optimizer, matrix),
  })
}
