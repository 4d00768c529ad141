import { MuonMomentum, MuonMultiply, MuonNormalize, MuonUpdate } from './generated/records'
import { learningRate, shard, split } from './context'

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

export function muonMultiply(o: MuonMultiply): void {
  const leftColumn = o.leftColumn
  const scale = o.scale
  const right = o.right
  const inner = o.inner
  const alpha = f32x4.splat(o.alpha)
  const adds = o.alpha != 0
  const row = <usize>o.matrixStride << 2
  for (let i = split(o.matrixHeight, shard), end = split(o.matrixHeight, shard + 1); i < end; i++) {
    const left = o.left + <usize>i * o.leftRow
    const add = o.add + <usize>i * row
    const out = o.out + <usize>i * row
    let j: usize = 0
    for (; j + 64 <= row; j += 64) {
      let a = f32x4.splat(0)
      let b = a
      let c = a
      let d = a
      let l = left
      let r = right + j
      for (let k: i32 = 0; k < inner; k++) {
        const factor = f32x4.splat(scale * load<f32>(l))
        a = f32x4.add(a, f32x4.mul(factor, v128.load(r)))
        b = f32x4.add(b, f32x4.mul(factor, v128.load(r, 16)))
        c = f32x4.add(c, f32x4.mul(factor, v128.load(r, 32)))
        d = f32x4.add(d, f32x4.mul(factor, v128.load(r, 48)))
        l += leftColumn
        r += row
      }
      if (adds) {
        a = f32x4.add(f32x4.mul(alpha, v128.load(add + j)), a)
        b = f32x4.add(f32x4.mul(alpha, v128.load(add + j, 16)), b)
        c = f32x4.add(f32x4.mul(alpha, v128.load(add + j, 32)), c)
        d = f32x4.add(f32x4.mul(alpha, v128.load(add + j, 48)), d)
      }
      v128.store(out + j, a)
      v128.store(out + j, b, 16)
      v128.store(out + j, c, 32)
      v128.store(out + j, d, 48)
    }
    for (; j < row; j += 16) {
      let a = f32x4.splat(0)
      let l = left
      let r = right + j
      for (let k: i32 = 0; k < inner; k++) {
        a = f32x4.add(a, f32x4.mul(f32x4.splat(scale * load<f32>(l)), v128.load(r)))
        l += leftColumn
        r += row
      }
      if (adds) a = f32x4.add(f32x4.mul(alpha, v128.load(add + j)), a)
      v128.store(out + j, a)
    }
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
