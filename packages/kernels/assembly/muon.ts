import { GemmFlags, MuonMomentum, MuonMultiply, MuonNormalize, MuonUpdate } from './generated/records'
import { learningRate, shard, split } from './context'
import { block } from './gemm'

/**
 * Muon's update of a weight as one matrix: momentum, iterations of Newton–Schulz, update. Each float32 operation is rounded
 * as in the plain update of @treadle/optim, and each sum has the order of its terms. A shard has rows of the result.
 */

/** Moves the momentum and writes g + keep · m (Nesterov) or m as a matrix, its padding 0. */
export function muonMomentum(o: MuonMomentum): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const l1 = o.l1
  const l2 = o.l2
  const first = o.first
  const keep = o.keep
  const rest = o.rest
  const nesterov = o.nesterov
  const width = o.matrixWidth
  const stride = o.matrixStride
  let squares: f64 = 0
  for (let i = split(o.matrixHeight, shard), end = split(o.matrixHeight, shard + 1); i < end; i++) {
    const out = o.out + ((<usize>i * <usize>stride) << 2)
    const table = o.table + ((<usize>i * <usize>width) << 2)
    for (let j: i32 = 0; j < stride; j++) {
      let x: f32 = 0
      if (j < width) {
        const at = <usize>load<i32>(table + (<usize>j << 2)) << 2
        let gradient = gradients + at
        let g = load<f32>(gradient)
        for (let p = 1; p < parts; p++) {
          gradient += part
          g += load<f32>(gradient)
        }
        if (l1 != 0 || l2 != 0) {
          const w = load<f32>(weights + at)
          const sign: f32 = w > 0 ? 1 : w < 0 ? -1 : 0
          g = g + l1 * sign + 2 * l2 * w
        }
        const old = load<f32>(first + at)
        const m = old + (g + old * rest)
        store<f32>(first + at, m)
        x = nesterov ? g + keep * m : m
        squares += <f64>x * <f64>x
      }
      store<f32>(out + (<usize>j << 2), x)
    }
  }
  store<f64>(o.norms + (<usize>shard << 3), squares)
}

export function muonNormalize(o: MuonNormalize): void {
  let squares: f64 = 0
  for (let i = 0; i < o.normCount; i++) squares += load<f64>(o.norms + (<usize>i << 3))
  const divisor = f32x4.splat(<f32>sqrt<f64>(squares) + <f32>1e-7)
  const row = <usize>o.matrixStride << 2
  const end = o.out + <usize>split(o.matrixHeight, shard + 1) * row
  for (let at = o.out + <usize>split(o.matrixHeight, shard) * row; at < end; at += 16)
    v128.store(at, f32x4.div(v128.load(at), divisor))
}

/** Terms of a sum at a time: so many rows of 16 columns stay in the first-level cache. */
const DEPTH = 256

export function muonMultiply(o: MuonMultiply): void {
  const row = <usize>o.matrixStride << 2
  const inner = o.inner
  const first = split(o.matrixHeight, shard)
  const count = split(o.matrixHeight, shard + 1) - first
  const left = o.left + <usize>first * o.leftRow
  const start = <usize>first * row
  const out = o.out + start
  for (let j: usize = 0; j < row; j += 64) {
    const columns = <i32>(min(row - j, 64) >> 2)
    for (let k = 0; k < inner; k += DEPTH) {
      const a = left + <usize>k * o.leftColumn
      const b = o.right + <usize>k * row + j
      const flags = k ? GemmFlags.keep : 0
      block(a, o.leftRow, o.leftColumn, b, row, out + j, row, min(DEPTH, inner - k), count, columns, 0, flags)
    }
  }
  const end = <usize>count * row
  if (o.alpha != 0) {
    const alpha = f32x4.splat(o.alpha)
    const add = o.add + start
    for (let at: usize = 0; at < end; at += 16) {
      v128.store(out + at, f32x4.add(f32x4.mul(alpha, v128.load(add + at)), v128.load(out + at)))
    }
  }
  if (o.scaled) {
    const scale = f32x4.splat(o.scale)
    const scaled = o.scaled + start
    for (let at: usize = 0; at < end; at += 16) v128.store(scaled + at, f32x4.mul(scale, v128.load(out + at)))
  }
}

export function muonUpdate(o: MuonUpdate): void {
  const weights = o.weights
  const width = o.matrixWidth
  const lr = learningRate * o.multiplier
  const decay = o.decay
  const edge = o.edge
  const rate = o.rate
  for (let i = split(o.matrixHeight, shard), end = split(o.matrixHeight, shard + 1); i < end; i++) {
    const x = o.x + ((<usize>i * <usize>o.matrixStride) << 2)
    const table = o.table + ((<usize>i * <usize>width) << 2)
    for (let j: usize = 0; j < <usize>width; j++) {
      const at = weights + (<usize>load<i32>(table + (j << 2)) << 2)
      let w = load<f32>(at)
      if (decay != 0) w -= w * decay * lr
      store<f32>(at, w - lr * load<f32>(x + (j << 2)) * edge * rate)
    }
  }
}
