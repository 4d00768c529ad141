import { AverageWeights, ClipGradient, ClipValue, ClipWeights, ConstrainNorms, JoinGradient, Penalty } from './generated/records'
import { scalar, scalarCount, shard, split } from './context'

/**
 * What surrounds an optimizer's update. A record covers a part of the parameter block, whose gradient lies in `parts`
 * parts of the shards, summed here in order.
 */

/** Σ of the parts of a gradient, four lanes. */
// @ts-ignore: decorator
@inline
export function joined(gradient: usize, part: usize, parts: i32): v128 {
  let g = v128.load(gradient)
  for (let s = 1; s < parts; s++) {
    gradient += part
    g = f32x4.add(g, v128.load(gradient))
  }
  return g
}

/** Gradient of l1·|w| + l2·w². */
// @ts-ignore: decorator
@inline
export function penalized(g: v128, w: v128, l1: v128, l2: v128): v128 {
  const zero = f32x4.splat(0)
  const sign = f32x4.sub(v128.and(f32x4.gt(w, zero), f32x4.splat(1)), v128.and(f32x4.lt(w, zero), f32x4.splat(1)))
  return f32x4.add(f32x4.add(g, f32x4.mul(l1, sign)), f32x4.mul(f32x4.mul(f32x4.splat(2), l2), w))
}

/** Each shard's share of l1·Σ|w| + l2·Σw², a float64 at out + shard · 8. */
export function penalty(o: Penalty): void {
  const weights = o.weights
  const count = o.count
  const l1 = <f64>o.l1
  const l2 = <f64>o.l2
  const out = o.out + (<usize>shard << 3)
  let sizes: f64 = 0
  let squares: f64 = 0
  for (let i = split(count, shard), end = split(count, shard + 1); i < end; i++) {
    const w = <f64>load<f32>(weights + (<usize>i << 2))
    sizes += abs(w)
    squares += w * w
  }
  store<f64>(out, l1 * sizes + l2 * squares)
}

/**
 * Joins the parts of a gradient into one, penalties included, for clipping: leaves each shard's Σg², a float64 at
 * norms + shard · 8.
 */
export function joinGradient(o: JoinGradient): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const count = o.count
  const out = o.out
  const l1 = f32x4.splat(o.l1)
  const l2 = f32x4.splat(o.l2)
  const norms = o.norms + (<usize>shard << 3)
  let sum = f64x2.splat(0)
  const end = <usize>split(count >> 2, shard + 1) << 4
  for (let i = <usize>split(count >> 2, shard) << 4; i < end; i += 16) {
    const g = penalized(joined(gradients + i, part, parts), v128.load(weights + i), l1, l2)
    v128.store(out + i, g)
    const a = f64x2.promote_low_f32x4(g)
    // Not a shuffle, which V8 compiles wrongly when it pairs 128-bit operations.
    const b = f64x2.promote_low_f32x4(f64x2.splat(f64x2.extract_lane(g, 1)))
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)))
  }
  store<f64>(norms, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
}

/**
 * Scales a joined gradient down to a norm of at most `limit`. `norms` are `normCount` float64, the shards' Σg² of
 * this weight or, with `together`, of all weights. Keras rounds the two in different ways.
 */
export function clipGradient(o: ClipGradient): void {
  const gradients = o.gradients
  const count = o.count
  const norms = o.norms
  const normCount = <usize>o.normCount
  const limit = o.limit
  const together = o.together
  let sum: f64 = 0
  for (let j: usize = 0; j < normCount; j++) sum += load<f64>(norms + (j << 3))
  const norm = <f32>sqrt<f64>(sum)
  const factor = f32x4.splat(together ? limit * min<f32>(1 / norm, 1 / limit) : limit)
  const divisor = f32x4.splat(together ? 1 : max(norm, limit))
  const end = gradients + (<usize>split(count >> 2, shard + 1) << 4)
  for (let i = gradients + (<usize>split(count >> 2, shard) << 4); i < end; i += 16) {
    v128.store(i, f32x4.div(f32x4.mul(v128.load(i), factor), divisor))
  }
}

/** Limits each element of a joined gradient to the absolute value `limit`. */
export function clipValue(o: ClipValue): void {
  const gradients = o.gradients
  const count = o.count
  const most = f32x4.splat(o.limit)
  const least = f32x4.neg(most)
  const end = gradients + (<usize>split(count >> 2, shard + 1) << 4)
  for (let i = gradients + (<usize>split(count >> 2, shard) << 4); i < end; i += 16) {
    v128.store(i, f32x4.min(f32x4.max(v128.load(i), least), most))
  }
}

/** Limits each element of a weight to [least, most]. */
export function clipWeights(o: ClipWeights): void {
  const weights = o.weights
  const count = o.count
  const least = f32x4.splat(o.least)
  const most = f32x4.splat(o.most)
  const end = weights + (<usize>split(count >> 2, shard + 1) << 4)
  for (let i = weights + (<usize>split(count >> 2, shard) << 4); i < end; i += 16) {
    v128.store(i, f32x4.min(f32x4.max(v128.load(i), least), most))
  }
}

/** Keras's epsilon(). */
const EPSILON: f32 = 1e-7

/** w · d / (ε + n) with n the norm of the elements it is taken with, and d = rate · clip(n, least, most) + (1 − rate) · n. */
export function constrainNorms(o: ConstrainNorms): void {
  const weights = o.weights
  const table = o.table
  const groups = o.groups
  const size = <usize>o.size << 2
  const least = o.least
  const most = o.most
  const rate = o.rate
  for (let i = split(groups, shard), end = split(groups, shard + 1); i < end; i++) {
    const from = table + <usize>i * size
    let squares: f64 = 0
    for (let at = from; at < from + size; at += 4) {
      const w = <f64>load<f32>(weights + (<usize>load<i32>(at) << 2))
      squares += w * w
    }
    const norm = <f32>sqrt<f64>(squares)
    const desired = rate * min<f32>(max<f32>(norm, least), most) + (<f32>1 - rate) * norm
    const factor = desired / (EPSILON + norm)
    for (let at = from; at < from + size; at += 4) {
      const address = weights + (<usize>load<i32>(at) << 2)
      store<f32>(address, load<f32>(address) * factor)
    }
  }
}

/**
 * Moving average of the weights, with the momentum in the scalar at `fromEnd` from the end. Where the next scalar is not
 * 0, the weights are set to it.
 */
export function averageWeights(o: AverageWeights): void {
  const weights = o.weights
  const average = o.average
  const count = o.count
  const first = scalarCount - o.fromEnd
  const momentum = f32x4.splat(scalar(first))
  const rest = f32x4.splat(<f32>1 - scalar(first))
  const overwrites = scalar(first + 1) != 0
  const end = <usize>split(count >> 2, shard + 1) << 4
  for (let i = <usize>split(count >> 2, shard) << 4; i < end; i += 16) {
    const w = v128.load(weights + i)
    const next = f32x4.add(f32x4.mul(momentum, v128.load(average + i)), f32x4.mul(rest, w))
    v128.store(average + i, next)
    if (overwrites) v128.store(weights + i, next)
  }
}
