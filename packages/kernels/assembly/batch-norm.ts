import { BatchGradients, BatchStatistics, Normalize, NormalizeBackward, ScaleShift } from './generated/records'
import { high, low, rows, shard, shards, split } from './context'

/**
 * Batch normalisation over the last axis. Statistics are taken shard by shard about the shard's own mean and joined
 * in order by Chan's formula, which loses nothing where the mean is large beside the deviation.
 */

/** Each shard's mean and Σ(x − mean)² of every column, at partials + shard · 8 · width: means, then squares. */
export function batchStatistics(o: BatchStatistics): void {
  const x = o.x
  const row = o.row
  const width = <usize>o.width
  const lines = o.lines
  const means = o.partials + (<usize>shard * width << 3)
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
export function normalize(o: Normalize): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = <usize>o.width
  const lines = o.lines
  const partials = o.partials
  const gamma = o.gamma
  const beta = o.beta
  const movingMean = o.movingMean
  const movingVariance = o.movingVariance
  const saved = o.saved + (<usize>shard * width << 3)
  const epsilon = f32x4.splat(o.epsilon)
  const rate = f32x4.splat(o.rate)
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
export function batchGradients(o: BatchGradients): void {
  const x = o.x
  const xRow = o.xRow
  const dy = o.dy
  const dyRow = o.dyRow
  const width = <usize>o.width
  const lines = o.lines
  const saved = o.saved + (<usize>shard * width << 3)
  const dGamma = o.dGamma + <usize>shard * o.dGammaShard
  const dBeta = o.dBeta + <usize>shard * o.dBetaShard
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
export function normalizeBackward(o: NormalizeBackward): void {
  const x = o.x
  const xRow = o.xRow
  const dy = o.dy
  const dyRow = o.dyRow
  const dx = o.dx
  const dxRow = o.dxRow
  const width = <usize>o.width
  const lines = o.lines
  const saved = o.saved + (<usize>shard * width << 3)
  const gamma = o.gamma
  const dGamma = o.dGamma
  const dGammaShard = o.dGammaShard
  const dBeta = o.dBeta
  const dBetaShard = o.dBetaShard
  const relu = o.relu
  const accumulate = o.accumulate
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
export function scaleShift(o: ScaleShift): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = <usize>o.width
  const lines = o.lines
  const affine = o.affine
  const shiftless = o.shiftless
  const accumulate = o.accumulate
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
