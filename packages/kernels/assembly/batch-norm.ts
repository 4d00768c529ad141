import { address, real, word } from './record'
import { high, low, rows, shard, shards, split } from './context'

/**
 * Batch normalisation over the last axis. Statistics are taken shard by shard about the shard's own mean and joined
 * in order by Chan's formula, which loses nothing where the mean is large beside the deviation.
 */

/** Each shard's mean and Σ(x − mean)² of every column, at partials + shard · 8 · width: means, then squares. */
export function batchStatistics(at: usize): void {
  const x = address(at, 1)
  const row = address(at, 2)
  const width = <usize>word(at, 3)
  const lines = word(at, 4)
  const means = address(at, 5) + (<usize>shard * width << 3)
  const squares = means + (width << 2)
  const from = x + <usize>(low * lines) * row
  const count = (high - low) * lines
  if (count == 0) return
  const divisor = f32x4.splat(<f32>count)
  for (let j: usize = 0; j < width; j += 4) {
    const column = from + (j << 2)
    let sum0 = f32x4.splat(0)
    let sum1 = sum0
    let i = 0
    let p = column
    for (; i + 2 <= count; i += 2, p += row << 1) {
      sum0 = f32x4.add(sum0, v128.load(p))
      sum1 = f32x4.add(sum1, v128.load(p + row))
    }
    if (i < count) sum0 = f32x4.add(sum0, v128.load(p))
    const mean = f32x4.div(f32x4.add(sum0, sum1), divisor)
    sum0 = f32x4.splat(0)
    sum1 = sum0
    p = column
    for (i = 0; i + 2 <= count; i += 2, p += row << 1) {
      const d0 = f32x4.sub(v128.load(p), mean)
      const d1 = f32x4.sub(v128.load(p + row), mean)
      sum0 = f32x4.add(sum0, f32x4.mul(d0, d0))
      sum1 = f32x4.add(sum1, f32x4.mul(d1, d1))
    }
    if (i < count) {
      const d = f32x4.sub(v128.load(p), mean)
      sum0 = f32x4.add(sum0, f32x4.mul(d, d))
    }
    v128.store(means + (j << 2), mean)
    v128.store(squares + (j << 2), f32x4.add(sum0, sum1))
  }
}

/**
 * y = (x − mean) / √(var + ε) · γ + β with the batch's statistics; y = x normalised where γ or β is absent (0).
 * Every shard keeps mean and 1/√(var + ε) for its own way back, at saved + shard · 8 · width; the first moves the
 * moving averages (biased variance).
 */
export function normalize(at: usize): void {
  const x = address(at, 1)
  const xRow = address(at, 2)
  const y = address(at, 3)
  const yRow = address(at, 4)
  const width = <usize>word(at, 5)
  const lines = word(at, 6)
  const partials = address(at, 7)
  const gamma = address(at, 8)
  const beta = address(at, 9)
  const movingMean = address(at, 10)
  const movingVariance = address(at, 11)
  const saved = address(at, 12) + (<usize>shard * width << 3)
  const epsilon = f32x4.splat(real(at, 13))
  const rate = f32x4.splat(real(at, 14))
  const total = f32x4.splat(<f32>(rows * lines))
  const first = low * lines
  const count = (high - low) * lines
  for (let j: usize = 0; j < width; j += 4) {
    const column = j << 2
    let n = 0
    let mean = f32x4.splat(0)
    let squares = f32x4.splat(0)
    for (let s = 0; s < shards; s++) {
      const more = (split(rows, s + 1) - split(rows, s)) * lines
      if (more == 0) continue
      const part = partials + (<usize>s * width << 3) + column
      const delta = f32x4.sub(v128.load(part), mean)
      const share = <f32>more / <f32>(n + more)
      mean = f32x4.add(mean, f32x4.mul(delta, f32x4.splat(share)))
      const between = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(<f32>n * share))
      squares = f32x4.add(squares, f32x4.add(v128.load(part + (width << 2)), between))
      n += more
    }
    const variance = f32x4.div(squares, total)
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, epsilon)))
    v128.store(saved + column, mean)
    v128.store(saved + (width << 2) + column, inverse)
    if (shard == 0) {
      move(movingMean + column, mean, rate)
      move(movingVariance + column, variance, rate)
    }
    const scale = gamma ? f32x4.mul(inverse, v128.load(gamma + column)) : inverse
    const shift = beta ? v128.load(beta + column) : f32x4.splat(0)
    let from = x + <usize>first * xRow + column
    let to = y + <usize>first * yRow + column
    for (let i = 0; i < count; i++, from += xRow, to += yRow) {
      v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(from), mean), scale), shift))
    }
  }
}

/** m ← m − (m − value)·rate, with rate = 1 − momentum. */
// @ts-ignore: decorator
@inline
function move(at: usize, value: v128, rate: v128): void {
  const m = v128.load(at)
  v128.store(at, f32x4.sub(m, f32x4.mul(f32x4.sub(m, value), rate)))
}

/** Each shard's Σdy·x̂ (dγ) and Σdy (dβ). `saved` holds mean and 1/√(var + ε). */
export function batchGradients(at: usize): void {
  const x = address(at, 1)
  const xRow = address(at, 2)
  const dy = address(at, 3)
  const dyRow = address(at, 4)
  const width = <usize>word(at, 5)
  const lines = word(at, 6)
  const saved = address(at, 7) + (<usize>shard * width << 3)
  const dGamma = address(at, 8) + <usize>shard * address(at, 9)
  const dBeta = address(at, 10) + <usize>shard * address(at, 11)
  const first = low * lines
  const count = (high - low) * lines
  for (let j: usize = 0; j < width; j += 4) {
    const column = j << 2
    const mean = v128.load(saved + column)
    const inverse = v128.load(saved + (width << 2) + column)
    let from = x + <usize>first * xRow + column
    let grad = dy + <usize>first * dyRow + column
    let g0 = f32x4.splat(0)
    let g1 = g0
    let b0 = g0
    let b1 = g0
    let i = 0
    for (; i + 2 <= count; i += 2, from += xRow << 1, grad += dyRow << 1) {
      const d0 = v128.load(grad)
      const d1 = v128.load(grad + dyRow)
      b0 = f32x4.add(b0, d0)
      b1 = f32x4.add(b1, d1)
      g0 = f32x4.add(g0, f32x4.mul(d0, f32x4.sub(v128.load(from), mean)))
      g1 = f32x4.add(g1, f32x4.mul(d1, f32x4.sub(v128.load(from + xRow), mean)))
    }
    if (i < count) {
      const d = v128.load(grad)
      b0 = f32x4.add(b0, d)
      g0 = f32x4.add(g0, f32x4.mul(d, f32x4.sub(v128.load(from), mean)))
    }
    v128.store(dGamma + column, f32x4.mul(f32x4.add(g0, g1), inverse))
    v128.store(dBeta + column, f32x4.add(b0, b1))
  }
}

/**
 * dx = γ/√(var + ε) · (dy − Σdy/n − x̂·Σdy·x̂/n). With `relu`, x is the output of a ReLU and the gradient goes
 * through that too: 0 where x is not above 0.
 */
export function normalizeBackward(at: usize): void {
  const x = address(at, 1)
  const xRow = address(at, 2)
  const dy = address(at, 3)
  const dyRow = address(at, 4)
  const dx = address(at, 5)
  const dxRow = address(at, 6)
  const width = <usize>word(at, 7)
  const lines = word(at, 8)
  const saved = address(at, 9) + (<usize>shard * width << 3)
  const gamma = address(at, 10)
  const dGamma = address(at, 11)
  const dGammaShard = address(at, 12)
  const dBeta = address(at, 13)
  const dBetaShard = address(at, 14)
  const relu = word(at, 15)
  const accumulate = word(at, 16)
  const share = f32x4.splat(1 / <f32>(rows * lines))
  const first = low * lines
  const count = (high - low) * lines
  for (let j: usize = 0; j < width; j += 4) {
    const column = j << 2
    let g = f32x4.splat(0)
    let b = f32x4.splat(0)
    for (let s = 0; s < shards; s++) {
      g = f32x4.add(g, v128.load(dGamma + <usize>s * dGammaShard + column))
      b = f32x4.add(b, v128.load(dBeta + <usize>s * dBetaShard + column))
    }
    const mean = v128.load(saved + column)
    const inverse = v128.load(saved + (width << 2) + column)
    const scale = gamma ? f32x4.mul(inverse, v128.load(gamma + column)) : inverse
    // dx = scale·dy − slope·(x − mean) − offset
    const slope = f32x4.mul(f32x4.mul(f32x4.mul(g, share), inverse), scale)
    const offset = f32x4.mul(f32x4.mul(b, share), scale)
    let from = x + <usize>first * xRow + column
    let grad = dy + <usize>first * dyRow + column
    let to = dx + <usize>first * dxRow + column
    for (let i = 0; i < count; i++, from += xRow, grad += dyRow, to += dxRow) {
      const v = v128.load(from)
      let d = f32x4.sub(f32x4.sub(f32x4.mul(v128.load(grad), scale), f32x4.mul(f32x4.sub(v, mean), slope)), offset)
      if (relu) d = v128.and(d, f32x4.gt(v, f32x4.splat(0)))
      if (accumulate) d = f32x4.add(d, v128.load(to))
      v128.store(to, d)
    }
  }
}

/**
 * y = x · scale + shift by column, scale and shift one after the other at `affine`: a batch normalisation whose
 * statistics stand still. With no shift wanted (backward), `shiftless` is 1.
 */
export function scaleShift(at: usize): void {
  const x = address(at, 1)
  const xRow = address(at, 2)
  const y = address(at, 3)
  const yRow = address(at, 4)
  const width = <usize>word(at, 5)
  const lines = word(at, 6)
  const affine = address(at, 7)
  const shiftless = word(at, 8)
  const accumulate = word(at, 9)
  const first = low * lines
  const count = (high - low) * lines
  for (let j: usize = 0; j < width; j += 4) {
    const column = j << 2
    const scale = v128.load(affine + column)
    const shift = shiftless ? f32x4.splat(0) : v128.load(affine + (width << 2) + column)
    let from = x + <usize>first * xRow + column
    let to = y + <usize>first * yRow + column
    for (let i = 0; i < count; i++, from += xRow, to += yRow) {
      let value = f32x4.add(f32x4.mul(v128.load(from), scale), shift)
      if (accumulate) value = f32x4.add(value, v128.load(to))
      v128.store(to, value)
    }
  }
}
