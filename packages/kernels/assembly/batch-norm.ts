import { BatchGradients, BatchStatistics, Normalize, NormalizeBackward, ScaleShift } from './generated/records'
import { high, low, rows, shard, shards, split } from './context'

/**
 * Batch normalisation over the last axis. Statistics are taken shard by shard about the shard's own mean and joined
 * in order by Chan's formula, which loses nothing where the mean is large beside the deviation.
 *
 * Columns are processed two vectors at a time, `Two`, which V8 can pair into one of 256 bits: all loads come before the
 * stores, and the stores follow each other. `One` is the last vector of an odd number.
 */
type One = u32
type Two = u64

// @ts-ignore: decorator
@inline
function isTwo<T>(): bool {
  return sizeof<T>() == sizeof<Two>()
}

/** Each shard's mean and Σ(x − mean)² of every column, at partials + shard · 8 · width: means, then squares. */
export function batchStatistics(o: BatchStatistics): void {
  const row = o.row
  const bytes = <usize>o.width << 2
  const lines = o.lines
  const means = o.partials + <usize>shard * (bytes << 1)
  const from = o.x + <usize>(low * lines) * row
  const count = (high - low) * lines
  if (count == 0) return
  let j: usize = 0
  for (; j + 32 <= bytes; j += 32) columnStatistics<Two>(from + j, row, count, means + j, means + bytes + j)
  if (j < bytes) columnStatistics<One>(from + j, row, count, means + j, means + bytes + j)
}

function columnStatistics<T>(column: usize, row: usize, count: i32, means: usize, squares: usize): void {
  const divisor = f32x4.splat(<f32>count)
  const zero = f32x4.splat(0)
  let p = column
  let even0 = zero
  let even1 = zero
  let odd0 = zero
  let odd1 = zero
  let i = 0
  for (; i + 2 <= count; i += 2, p += row << 1) {
    even0 = f32x4.add(even0, v128.load(p))
    if (isTwo<T>()) even1 = f32x4.add(even1, v128.load(p, 16))
    odd0 = f32x4.add(odd0, v128.load(p + row))
    if (isTwo<T>()) odd1 = f32x4.add(odd1, v128.load(p + row, 16))
  }
  if (i < count) {
    even0 = f32x4.add(even0, v128.load(p))
    if (isTwo<T>()) even1 = f32x4.add(even1, v128.load(p, 16))
  }
  const mean0 = f32x4.div(f32x4.add(even0, odd0), divisor)
  const mean1 = f32x4.div(f32x4.add(even1, odd1), divisor)
  even0 = even1 = odd0 = odd1 = zero
  p = column
  for (i = 0; i + 2 <= count; i += 2, p += row << 1) {
    even0 = addSquare(even0, v128.load(p), mean0)
    if (isTwo<T>()) even1 = addSquare(even1, v128.load(p, 16), mean1)
    odd0 = addSquare(odd0, v128.load(p + row), mean0)
    if (isTwo<T>()) odd1 = addSquare(odd1, v128.load(p + row, 16), mean1)
  }
  if (i < count) {
    even0 = addSquare(even0, v128.load(p), mean0)
    if (isTwo<T>()) even1 = addSquare(even1, v128.load(p, 16), mean1)
  }
  v128.store(means, mean0)
  if (isTwo<T>()) v128.store(means, mean1, 16)
  v128.store(squares, f32x4.add(even0, odd0))
  if (isTwo<T>()) v128.store(squares, f32x4.add(even1, odd1), 16)
}

// @ts-ignore: decorator
@inline
function addSquare(sum: v128, x: v128, mean: v128): v128 {
  const d = f32x4.sub(x, mean)
  return f32x4.add(sum, f32x4.mul(d, d))
}

/**
 * y = (x − mean) / √(var + ε) · γ + β with the batch's statistics; y = x normalised where γ or β is absent (0).
 * Every shard keeps mean and 1/√(var + ε) for its own way back, at saved + shard · 8 · width; the first moves the
 * moving averages (biased variance).
 */
export function normalize(o: Normalize): void {
  const bytes = <usize>o.width << 2
  const saved = o.saved + <usize>shard * (bytes << 1)
  for (let j: usize = 0; j < bytes; j += 16) joinStatistics(o, j, saved + j, saved + bytes + j)
  const all = (high - low) * o.lines
  const yPixel = o.yPixel
  const flat = isFlat(o.lines, o.perRow, o.yImage, o.yRow, yPixel)
  const lines = flat ? all : o.lines
  const perRow = flat ? STRETCH : o.perRow
  const yRow = flat ? <usize>STRETCH * yPixel : o.yRow
  let x = o.x + <usize>(low * o.lines) * o.xRow
  let image = o.y + <usize>low * o.yImage
  for (let done = 0; done < all; done += lines, image += o.yImage) {
    let y = image
    for (let left = lines; left > 0; left -= perRow, y += yRow) {
      const count = min(left, perRow)
      let j: usize = 0
      for (; j + 32 <= bytes; j += 32) normalizeColumns<Two>(o, j, saved + j, x + j, y + j, count)
      if (j < bytes) normalizeColumns<One>(o, j, saved + j, x + j, y + j, count)
      x += <usize>count * o.xRow
    }
  }
}

/** Pixels of a map without gaps that are processed column by column before the next ones: few enough for the first-level cache. */
const STRETCH = 32

/** Whether the images, and the rows of an image, follow each other without gaps. */
// @ts-ignore: decorator
@inline
function isFlat(lines: i32, perRow: i32, image: usize, row: usize, pixel: usize): bool {
  return image == <usize>lines * pixel && (perRow >= lines || row == <usize>perRow * pixel)
}

/** Mean and 1/√(var + ε) of the columns from byte `j` on, and the move of their moving averages. */
function joinStatistics(o: Normalize, j: usize, meanAt: usize, inverseAt: usize): void {
  const lines = o.lines
  const bytes = <usize>o.width << 2
  let n = 0
  let mean = f32x4.splat(0)
  let squares = f32x4.splat(0)
  for (let s = 0; s < shards; s++) {
    const more = (split(rows, s + 1) - split(rows, s)) * lines
    if (more == 0) continue
    const part = o.partials + <usize>s * (bytes << 1) + j
    const delta = f32x4.sub(v128.load(part), mean)
    const share = <f32>more / <f32>(n + more)
    mean = f32x4.add(mean, f32x4.mul(delta, f32x4.splat(share)))
    const between = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(<f32>n * share))
    squares = f32x4.add(squares, f32x4.add(v128.load(part + bytes), between))
    n += more
  }
  const variance = f32x4.div(squares, f32x4.splat(<f32>(rows * lines)))
  v128.store(meanAt, mean)
  v128.store(inverseAt, f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(o.epsilon)))))
  if (shard == 0) {
    const rate = f32x4.splat(o.rate)
    move(o.movingMean + j, mean, rate)
    move(o.movingVariance + j, variance, rate)
  }
}

/** m ← m − (m − value)·rate, with rate = 1 − momentum. */
// @ts-ignore: decorator
@inline
function move(at: usize, value: v128, rate: v128): void {
  const m = v128.load(at)
  v128.store(at, f32x4.sub(m, f32x4.mul(f32x4.sub(m, value), rate)))
}

function normalizeColumns<T>(o: Normalize, j: usize, saved: usize, x: usize, y: usize, count: i32): void {
  const bytes = <usize>o.width << 2
  const gamma = o.gamma ? o.gamma + j : 0
  const beta = o.beta ? o.beta + j : 0
  const mean0 = v128.load(saved)
  const mean1 = isTwo<T>() ? v128.load(saved, 16) : mean0
  const scale0 = scaleOf(saved + bytes, gamma, 0)
  const scale1 = isTwo<T>() ? scaleOf(saved + bytes, gamma, 16) : scale0
  const shift0 = shiftOf(beta, 0)
  const shift1 = isTwo<T>() ? shiftOf(beta, 16) : shift0
  // As a ReLU does: NaN stays NaN. Below −∞ nothing is changed.
  const least = f32x4.splat(o.outputRelu ? 0 : -Infinity)
  const xRow = o.xRow
  const yPixel = o.yPixel
  for (let i = count; i > 0; i--, x += xRow, y += yPixel) {
    const x0 = v128.load(x)
    const x1 = isTwo<T>() ? v128.load(x, 16) : x0
    const y0 = f32x4.pmax(f32x4.add(f32x4.mul(f32x4.sub(x0, mean0), scale0), shift0), least)
    const y1 = f32x4.pmax(f32x4.add(f32x4.mul(f32x4.sub(x1, mean1), scale1), shift1), least)
    v128.store(y, y0)
    if (isTwo<T>()) v128.store(y, y1, 16)
  }
}

/** γ/√(var + ε), from 1/√(var + ε). */
// @ts-ignore: decorator
@inline
function scaleOf(inverse: usize, gamma: usize, offset: usize): v128 {
  const factor = v128.load(inverse + offset)
  return gamma ? f32x4.mul(factor, v128.load(gamma + offset)) : factor
}

// @ts-ignore: decorator
@inline
function shiftOf(beta: usize, offset: usize): v128 {
  return beta ? v128.load(beta + offset) : f32x4.splat(0)
}

/** dy where y = (x − mean) · scale + shift is above 0, as after a ReLU; else 0. All of dy if `all` is set. */
// @ts-ignore: decorator
@inline
function pastRelu(dy: v128, centred: v128, scale: v128, shift: v128, all: v128): v128 {
  return wherePositive(dy, f32x4.add(f32x4.mul(centred, scale), shift), all)
}

/** No branch, which would keep V8 from pairing vectors. */
// @ts-ignore: decorator
@inline
function wherePositive(dy: v128, y: v128, all: v128): v128 {
  return v128.and(dy, v128.or(f32x4.gt(y, f32x4.splat(0)), all))
}

/** The bits for `all`: set unless there is a ReLU. */
// @ts-ignore: decorator
@inline
function allUnless(relu: i32): v128 {
  return i32x4.splat(relu ? 0 : -1)
}

/**
 * Each shard's Σdy·x̂ (dγ) and Σdy (dβ). `saved` holds mean and 1/√(var + ε), `sums` what is summed so far: Σdy·(x − mean)
 * and Σdy, each of even lines, then of odd ones.
 */
export function batchGradients(o: BatchGradients): void {
  const bytes = <usize>o.width << 2
  const first = <usize>(low * o.lines)
  const xRow = o.xRow
  const dyRow = o.dyRow
  const saved = o.saved + <usize>shard * (bytes << 1)
  const sums = o.sums + <usize>shard * (bytes << 2)
  for (let at: usize = 0; at < bytes << 2; at += 16) v128.store(sums + at, f32x4.splat(0))
  let x = o.x + first * xRow
  let dy = o.dy + first * dyRow
  for (let left = (high - low) * o.lines; left > 0; left -= STRETCH) {
    const count = min(left, STRETCH)
    let j: usize = 0
    for (; j + 32 <= bytes; j += 32) columnGradients<Two>(o, j, x + j, dy + j, saved + j, sums + j, count)
    if (j < bytes) columnGradients<One>(o, j, x + j, dy + j, saved + j, sums + j, count)
    x += <usize>count * xRow
    dy += <usize>count * dyRow
  }
  const dGamma = o.dGamma + <usize>shard * o.dGammaShard
  const dBeta = o.dBeta + <usize>shard * o.dBetaShard
  for (let j: usize = 0; j < bytes; j += 16) {
    const products = sums + j
    const gradients = products + (bytes << 1)
    const sum = f32x4.add(v128.load(products), v128.load(products + bytes))
    v128.store(dGamma + j, f32x4.mul(sum, v128.load(saved + bytes + j)))
    v128.store(dBeta + j, f32x4.add(v128.load(gradients), v128.load(gradients + bytes)))
  }
}

/** Adds `count` lines to the sums of the columns from byte `j` on. */
function columnGradients<T>(o: BatchGradients, j: usize, x: usize, dy: usize, saved: usize, sums: usize, count: i32): void {
  const bytes = <usize>o.width << 2
  const gamma = o.gamma ? o.gamma + j : 0
  const beta = o.beta ? o.beta + j : 0
  const mean0 = v128.load(saved)
  const mean1 = isTwo<T>() ? v128.load(saved, 16) : mean0
  const scale0 = scaleOf(saved + bytes, gamma, 0)
  const scale1 = isTwo<T>() ? scaleOf(saved + bytes, gamma, 16) : scale0
  const shift0 = shiftOf(beta, 0)
  const shift1 = isTwo<T>() ? shiftOf(beta, 16) : shift0
  const all = allUnless(o.outputRelu)
  const xRow = o.xRow
  const dyRow = o.dyRow
  const oddProducts = sums + bytes
  const evenGradients = oddProducts + bytes
  const oddGradients = evenGradients + bytes
  let gEven0 = v128.load(sums)
  let gEven1 = isTwo<T>() ? v128.load(sums, 16) : gEven0
  let gOdd0 = v128.load(oddProducts)
  let gOdd1 = isTwo<T>() ? v128.load(oddProducts, 16) : gOdd0
  let bEven0 = v128.load(evenGradients)
  let bEven1 = isTwo<T>() ? v128.load(evenGradients, 16) : bEven0
  let bOdd0 = v128.load(oddGradients)
  let bOdd1 = isTwo<T>() ? v128.load(oddGradients, 16) : bOdd0
  for (let i = count; i > 0; i -= 2, x += xRow << 1, dy += dyRow << 1) {
    const x0 = f32x4.sub(v128.load(x), mean0)
    const x1 = isTwo<T>() ? f32x4.sub(v128.load(x, 16), mean1) : x0
    const d0 = pastRelu(v128.load(dy), x0, scale0, shift0, all)
    const d1 = isTwo<T>() ? pastRelu(v128.load(dy, 16), x1, scale1, shift1, all) : d0
    bEven0 = f32x4.add(bEven0, d0)
    gEven0 = f32x4.add(gEven0, f32x4.mul(d0, x0))
    if (isTwo<T>()) {
      bEven1 = f32x4.add(bEven1, d1)
      gEven1 = f32x4.add(gEven1, f32x4.mul(d1, x1))
    }
    if (i == 1) break
    const u0 = f32x4.sub(v128.load(x + xRow), mean0)
    const u1 = isTwo<T>() ? f32x4.sub(v128.load(x + xRow, 16), mean1) : u0
    const e0 = pastRelu(v128.load(dy + dyRow), u0, scale0, shift0, all)
    const e1 = isTwo<T>() ? pastRelu(v128.load(dy + dyRow, 16), u1, scale1, shift1, all) : e0
    bOdd0 = f32x4.add(bOdd0, e0)
    gOdd0 = f32x4.add(gOdd0, f32x4.mul(e0, u0))
    if (isTwo<T>()) {
      bOdd1 = f32x4.add(bOdd1, e1)
      gOdd1 = f32x4.add(gOdd1, f32x4.mul(e1, u1))
    }
  }
  v128.store(sums, gEven0)
  if (isTwo<T>()) v128.store(sums, gEven1, 16)
  v128.store(oddProducts, gOdd0)
  if (isTwo<T>()) v128.store(oddProducts, gOdd1, 16)
  v128.store(evenGradients, bEven0)
  if (isTwo<T>()) v128.store(evenGradients, bEven1, 16)
  v128.store(oddGradients, bOdd0)
  if (isTwo<T>()) v128.store(oddGradients, bOdd1, 16)
}

/**
 * dx = γ/√(var + ε) · (dy − Σdy/n − x̂·Σdy·x̂/n). With `outputRelu` dy counts where y is above 0 only. With `inputRelu`,
 * x is the output of a ReLU and the gradient goes through that too: 0 where x is not above 0.
 */
export function normalizeBackward(o: NormalizeBackward): void {
  const bytes = <usize>o.width << 2
  const saved = o.saved + <usize>shard * (bytes << 1)
  const slopes = o.slopes + <usize>shard * (bytes << 1)
  for (let j: usize = 0; j < bytes; j += 16) findSlopes(o, j, saved + bytes + j, slopes + j)
  const all = (high - low) * o.lines
  const dxPixel = o.dxPixel
  const flat = isFlat(o.lines, o.perRow, o.dxImage, o.dxRow, dxPixel)
  const lines = flat ? all : o.lines
  const perRow = flat ? STRETCH : o.perRow
  const dxRow = flat ? <usize>STRETCH * dxPixel : o.dxRow
  let x = o.x + <usize>(low * o.lines) * o.xRow
  let dy = o.dy + <usize>(low * o.lines) * o.dyRow
  let image = o.dx + <usize>low * o.dxImage
  for (let done = 0; done < all; done += lines, image += o.dxImage) {
    let dx = image
    for (let left = lines; left > 0; left -= perRow, dx += dxRow) {
      const count = min(left, perRow)
      let j: usize = 0
      for (; j + 32 <= bytes; j += 32) backwardColumns<Two>(o, j, saved + j, slopes + j, x + j, dy + j, dx + j, count)
      if (j < bytes) backwardColumns<One>(o, j, saved + j, slopes + j, x + j, dy + j, dx + j, count)
      x += <usize>count * o.xRow
      dy += <usize>count * o.dyRow
    }
  }
}

/** What dx = scale·dy − slope·(x − mean) − offset needs of the columns from byte `j` on: slope, and offset after all slopes. */
function findSlopes(o: NormalizeBackward, j: usize, inverse: usize, slopes: usize): void {
  const share = f32x4.splat(1 / <f32>(rows * o.lines))
  const scale = scaleOf(inverse, o.gamma ? o.gamma + j : 0, 0)
  const dGamma = sumOf(o.dGamma + j, o.dGammaShard)
  const dBeta = sumOf(o.dBeta + j, o.dBetaShard)
  v128.store(slopes, f32x4.mul(f32x4.mul(f32x4.mul(dGamma, share), v128.load(inverse)), scale))
  v128.store(slopes + (<usize>o.width << 2), f32x4.mul(f32x4.mul(dBeta, share), scale))
}

function backwardColumns<T>(
  o: NormalizeBackward,
  j: usize,
  saved: usize,
  slopes: usize,
  x: usize,
  dy: usize,
  dx: usize,
  count: i32,
): void {
  const bytes = <usize>o.width << 2
  const gamma = o.gamma ? o.gamma + j : 0
  const beta = o.beta ? o.beta + j : 0
  const mean0 = v128.load(saved)
  const mean1 = isTwo<T>() ? v128.load(saved, 16) : mean0
  const scale0 = scaleOf(saved + bytes, gamma, 0)
  const scale1 = isTwo<T>() ? scaleOf(saved + bytes, gamma, 16) : scale0
  const shift0 = shiftOf(beta, 0)
  const shift1 = isTwo<T>() ? shiftOf(beta, 16) : shift0
  const slope0 = v128.load(slopes)
  const slope1 = isTwo<T>() ? v128.load(slopes, 16) : slope0
  const offset0 = v128.load(slopes + bytes)
  const offset1 = isTwo<T>() ? v128.load(slopes + bytes, 16) : offset0
  const allInputs = allUnless(o.inputRelu)
  const allOutputs = allUnless(o.outputRelu)
  const xRow = o.xRow
  const dyRow = o.dyRow
  const dxPixel = o.dxPixel
  const accumulate = o.accumulate
  for (let i = count; i > 0; i--, x += xRow, dy += dyRow, dx += dxPixel) {
    const x0 = v128.load(x)
    const x1 = isTwo<T>() ? v128.load(x, 16) : x0
    const centred0 = f32x4.sub(x0, mean0)
    const centred1 = f32x4.sub(x1, mean1)
    const e0 = pastRelu(v128.load(dy), centred0, scale0, shift0, allOutputs)
    const e1 = isTwo<T>() ? pastRelu(v128.load(dy, 16), centred1, scale1, shift1, allOutputs) : e0
    const f0 = f32x4.sub(f32x4.sub(f32x4.mul(e0, scale0), f32x4.mul(centred0, slope0)), offset0)
    const f1 = f32x4.sub(f32x4.sub(f32x4.mul(e1, scale1), f32x4.mul(centred1, slope1)), offset1)
    let d0 = wherePositive(f0, x0, allInputs)
    let d1 = wherePositive(f1, x1, allInputs)
    if (accumulate) {
      d0 = f32x4.add(d0, v128.load(dx))
      if (isTwo<T>()) d1 = f32x4.add(d1, v128.load(dx, 16))
    }
    v128.store(dx, d0)
    if (isTwo<T>()) v128.store(dx, d1, 16)
  }
}

/** Σ over the shards. */
function sumOf(part: usize, distance: usize): v128 {
  let sum = f32x4.splat(0)
  for (let s = 0; s < shards; s++, part += distance) sum = f32x4.add(sum, v128.load(part))
  return sum
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
