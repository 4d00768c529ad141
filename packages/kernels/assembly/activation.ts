import {
  ActivationKind, Activate, ActivateBackward, LogSoftmax, LogSoftmaxBackward, Prelu, PreluBackward, Softmax, SoftmaxBackward,
} from './generated/records'
import { high, low, shard } from './context'
import { exp, expF32x4, log, sigmoidF32x4, tanhF32x4 } from './math'
import { smooth, smoothSlope } from './smooth'

/** y = f(x), or y + f(x). Padding after `width` is kept at zero. */
export function activate(o: Activate): void {
  const kind = o.kind
  const xRow = o.xRow
  const yRow = o.yRow
  const width = o.width
  const padded = (width + 3) & ~3
  const accumulate = o.accumulate
  for (let l = low * o.lines, end = high * o.lines; l < end; l++) {
    let from = o.x + <usize>l * xRow
    let to = o.y + <usize>l * yRow
    if (kind > ActivationKind.clip) {
      // Two floats at a time, in float64.
      const alpha = <f64>o.alpha
      const beta = <f64>o.beta
      for (let j = 0; j < padded; j += 2, from += 8, to += 8) {
        const x = f64x2.promote_low_f32x4(v128.load64_zero(from))
        let v = f32x4.demote_f64x2_zero(smooth(kind, x, alpha, beta))
        if (width - j < 2) v = v128.and(v, lanes(width - j))
        if (accumulate) v = f32x4.add(v, v128.load64_zero(to))
        v128.store64_lane(to, v, 0)
      }
      continue
    }
    for (let j = 0; j < padded; j += 4, from += 16, to += 16) {
      let v = v128.load(from)
      if (kind == ActivationKind.relu) v = f32x4.pmax(v, f32x4.splat(0))
      else if (kind == ActivationKind.sigmoid) v = sigmoidF32x4(v)
      else if (kind == ActivationKind.tanh) v = tanhF32x4(v)
      else if (kind == ActivationKind.rectifier) v = rectified(v, o.alpha, o.beta, o.gamma)
      else if (kind == ActivationKind.clip) {
        v = f32x4.add(f32x4.mul(v, f32x4.splat(o.alpha)), f32x4.splat(o.beta))
        v = f32x4.min(f32x4.max(v, f32x4.splat(o.gamma)), f32x4.splat(1))
      }
      if (width - j < 4) v = v128.and(v, lanes(width - j))
      if (accumulate) v = f32x4.add(v, v128.load(to))
      v128.store(to, v)
    }
  }
}

/** min(x, limit) above the threshold, slope · (x − threshold) below. A slope of zero gives 0 for −∞ too; NaN stays. */
// @ts-ignore: decorator
@inline
function rectified(x: v128, slope: f32, threshold: f32, limit: f32): v128 {
  const below = slope == 0
    ? v128.and(x, f32x4.ne(x, x))
    : f32x4.mul(f32x4.sub(x, f32x4.splat(threshold)), f32x4.splat(slope))
  return v128.bitselect(f32x4.min(x, f32x4.splat(limit)), below, f32x4.gt(x, f32x4.splat(threshold)))
}

/** dx = dy · f′, or added to dx. */
export function activateBackward(o: ActivateBackward): void {
  const kind = o.kind
  const valueRow = o.valueRow
  const dyRow = o.dyRow
  const dxRow = o.dxRow
  const width = o.width
  const padded = (width + 3) & ~3
  const accumulate = o.accumulate
  const one = f32x4.splat(1)
  for (let l = low * o.lines, end = high * o.lines; l < end; l++) {
    let value = o.value + <usize>l * valueRow
    let grad = o.dy + <usize>l * dyRow
    let to = o.dx + <usize>l * dxRow
    if (kind > ActivationKind.clip) {
      const alpha = <f64>o.alpha
      const beta = <f64>o.beta
      for (let j = 0; j < padded; j += 2, value += 8, grad += 8, to += 8) {
        const x = f64x2.promote_low_f32x4(v128.load64_zero(value))
        const dy = f64x2.promote_low_f32x4(v128.load64_zero(grad))
        let d = f32x4.demote_f64x2_zero(f64x2.mul(dy, smoothSlope(kind, x, alpha, beta)))
        if (accumulate) d = f32x4.add(d, v128.load64_zero(to))
        v128.store64_lane(to, d, 0)
      }
      continue
    }
    for (let j = 0; j < width; j += 4, value += 16, grad += 16, to += 16) {
      const v = v128.load(value)
      let d = v128.load(grad)
      if (kind == ActivationKind.relu) d = v128.and(d, f32x4.gt(v, f32x4.splat(0)))
      else if (kind == ActivationKind.sigmoid) d = f32x4.mul(d, f32x4.mul(v, f32x4.sub(one, v)))
      else if (kind == ActivationKind.tanh) d = f32x4.mul(d, f32x4.sub(one, f32x4.mul(v, v)))
      else if (kind == ActivationKind.rectifier) {
        const above = v128.and(d, f32x4.lt(v, f32x4.splat(o.gamma)))
        d = v128.bitselect(above, f32x4.mul(d, f32x4.splat(o.alpha)), f32x4.gt(v, f32x4.splat(o.beta)))
      } else if (kind == ActivationKind.clip) {
        const y = f32x4.add(f32x4.mul(v, f32x4.splat(o.alpha)), f32x4.splat(o.beta))
        const inside = v128.and(f32x4.gt(y, f32x4.splat(o.gamma)), f32x4.lt(y, one))
        d = v128.and(f32x4.mul(d, f32x4.splat(o.alpha)), inside)
      }
      if (accumulate) d = f32x4.add(d, v128.load(to))
      v128.store(to, d)
    }
  }
}

/**
 * y = x where x > 0, else alpha · x. The factors of a line begin at its place among `rows` × `columns` lines of a sample;
 * distances of zero share them. With `single` a line has one factor.
 */
export function prelu(o: Prelu): void {
  const width = o.width
  const single = o.single
  const lines = o.rows * o.columns
  for (let l = low * lines, end = high * lines; l < end; l++) {
    let from = o.x + <usize>l * o.xRow
    let to = o.y + <usize>l * o.yRow
    let factor = o.alpha + <usize>(l / o.columns % o.rows) * o.alphaRow + <usize>(l % o.columns) * o.alphaColumn
    for (let j = 0; j < width; j += 4, from += 16, to += 16) {
      const x = v128.load(from)
      const alpha = single ? v128.load32_splat(factor) : v128.load(factor)
      v128.store(to, v128.bitselect(x, f32x4.mul(x, alpha), f32x4.gt(x, f32x4.splat(0))))
      if (!single) factor += 16
    }
  }
}

/** dx = dy · (1 or alpha), or added to dx; a shard's part of dAlpha = Σ dy · min(x, 0). */
export function preluBackward(o: PreluBackward): void {
  const width = o.width
  const single = o.single
  const lines = o.rows * o.columns
  const zero = f32x4.splat(0)
  const sums = o.dAlpha ? o.dAlpha + <usize>shard * o.dAlphaShard : 0
  if (sums) for (let at: usize = 0; at < <usize>o.count << 2; at += 16) v128.store(sums + at, zero)
  for (let l = low * lines, end = high * lines; l < end; l++) {
    let from = o.x + <usize>l * o.xRow
    let grad = o.dy + <usize>l * o.dyRow
    let to = o.dx + <usize>l * o.dxRow
    let offset = <usize>(l / o.columns % o.rows) * o.alphaRow + <usize>(l % o.columns) * o.alphaColumn
    let sum = zero
    for (let j = 0; j < width; j += 4, from += 16, grad += 16, to += 16) {
      const x = v128.load(from)
      const d = v128.load(grad)
      const positive = f32x4.gt(x, zero)
      if (o.dx) {
        const alpha = single ? v128.load32_splat(o.alpha + offset) : v128.load(o.alpha + offset)
        const v = v128.bitselect(d, f32x4.mul(d, alpha), positive)
        v128.store(to, o.accumulate ? f32x4.add(v, v128.load(to)) : v)
      }
      if (sums) {
        const term = v128.andnot(f32x4.mul(d, x), positive)
        if (single) sum = f32x4.add(sum, term)
        else v128.store(sums + offset, f32x4.add(v128.load(sums + offset), term))
      }
      if (!single) offset += 16
    }
    if (sums && single) store<f32>(sums + offset, load<f32>(sums + offset) + total(sum))
  }
}

// @ts-ignore: decorator
@inline
function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

/** A mask over the first `count` (1 to 3) lanes. */
// @ts-ignore: decorator
@inline
function lanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
}

/** y = softmax(x) along each line. */
export function softmax(o: Softmax): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = o.width
  const lines = o.lines
  const padded = (width + 3) & ~3
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const from = x + <usize>l * xRow
    const to = y + <usize>l * yRow
    let most = load<f32>(from)
    for (let j = 1; j < width; j++) most = max(most, load<f32>(from + (<usize>j << 2)))
    const shift = f32x4.splat(most)
    let sum: f32 = 0
    for (let j = 0; j < padded; j += 4) {
      const offset = <usize>j << 2
      let e = expF32x4(f32x4.sub(v128.load(from + offset), shift))
      if (width - j < 4) e = v128.and(e, lanes(width - j))
      v128.store(to + offset, e)
      sum += f32x4.extract_lane(e, 0) + f32x4.extract_lane(e, 1) + (f32x4.extract_lane(e, 2) + f32x4.extract_lane(e, 3))
    }
    const total = f32x4.splat(sum)
    for (let j = 0; j < padded; j += 4) {
      const out = to + (<usize>j << 2)
      v128.store(out, f32x4.div(v128.load(out), total))
    }
  }
}

/** dx = y · (dy − Σ y·dy) along each line, or added to dx. */
export function softmaxBackward(o: SoftmaxBackward): void {
  const y = o.y
  const yRow = o.yRow
  const dy = o.dy
  const dyRow = o.dyRow
  const dx = o.dx
  const dxRow = o.dxRow
  const width = o.width
  const lines = o.lines
  const accumulate = o.accumulate
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const value = y + <usize>l * yRow
    const grad = dy + <usize>l * dyRow
    const to = dx + <usize>l * dxRow
    let dot: f32 = 0
    for (let j: usize = 0; j < <usize>width << 2; j += 4) dot += load<f32>(value + j) * load<f32>(grad + j)
    for (let j: usize = 0; j < <usize>width << 2; j += 16) {
      let d = f32x4.mul(v128.load(value + j), f32x4.sub(v128.load(grad + j), f32x4.splat(dot)))
      if (accumulate) d = f32x4.add(d, v128.load(to + j))
      v128.store(to + j, d)
    }
  }
}

/** y = x − log Σ eˣ along each line, with the sum in float64. */
export function logSoftmax(o: LogSoftmax): void {
  const width = o.width
  for (let l = low * o.lines, end = high * o.lines; l < end; l++) {
    const from = o.x + <usize>l * o.xRow
    const to = o.y + <usize>l * o.yRow
    let most = load<f32>(from)
    for (let j = 1; j < width; j++) most = max(most, load<f32>(from + (<usize>j << 2)))
    let sum: f64 = 0
    for (let j: usize = 0; j < <usize>width << 2; j += 4) sum += exp(<f64>load<f32>(from + j) - <f64>most)
    const shift = <f64>most + log(sum)
    for (let j: usize = 0; j < <usize>((width + 3) & ~3) << 2; j += 4) {
      store<f32>(to + j, j < <usize>width << 2 ? <f32>(<f64>load<f32>(from + j) - shift) : 0)
    }
  }
}

/** dx = dy − e^y · Σ dy along each line, or added to dx. */
export function logSoftmaxBackward(o: LogSoftmaxBackward): void {
  const width = o.width
  for (let l = low * o.lines, end = high * o.lines; l < end; l++) {
    const value = o.y + <usize>l * o.yRow
    const grad = o.dy + <usize>l * o.dyRow
    const to = o.dx + <usize>l * o.dxRow
    let sum: f32 = 0
    for (let j: usize = 0; j < <usize>width << 2; j += 4) sum += load<f32>(grad + j)
    for (let j: usize = 0, end = <usize>((width + 3) & ~3) << 2; j < end; j += 4) {
      let d: f32 = 0
      if (j < <usize>width << 2) d = load<f32>(grad + j) - <f32>exp(<f64>load<f32>(value + j)) * sum
      store<f32>(to + j, o.accumulate ? load<f32>(to + j) + d : d)
    }
  }
}
