import {
  AbsoluteError,
  BinaryCrossEntropy,
  CategoricalCrossEntropy,
  CategoricalHinge,
  Divergence,
  FinishLoss,
  Hinge,
  Huber,
  LogCosh,
  Poisson,
  SparseCrossEntropy,
  SquaredError,
  SquaredHinge,
} from './generated/records'
import { high, low, result, rows, sample, shard, shards } from './context'
import { exp, expF64x2, log } from './math'

/**
 * Losses from logits with their gradients, computed in float64: 1 − p of a confident answer keeps its digits, and a step
 * has few samples. Label smoothing s makes a target t of K classes t·(1−s) + s/K, and a target of two classes
 * t·(1−s) + s/2. Each shard writes Σ weight·loss and Σ metric as two float64 at partials + shard · 16; the gradient is
 * that of the mean over the samples of the step.
 */

// @ts-ignore: decorator
@inline
function rowWeight(weights: usize, row: usize): f64 {
  return weights ? <f64>load<f32>(weights + (row << 2)) : 1
}

// @ts-ignore: decorator
@inline
function leave(partials: usize, loss: f64, metric: f64): void {
  const at = partials + (<usize>shard << 4)
  store<f64>(at, loss)
  store<f64>(at, metric, 8)
}

// @ts-ignore: decorator
@inline
function pad(row: usize, units: i32): void {
  for (let j = units; j & 3; j++) store<f32>(row + (<usize>j << 2), 0)
}

/** Index of the first largest of `units` float32. */
// @ts-ignore: decorator
@inline
function largest(at: usize, units: i32): i32 {
  let best = 0
  let most = load<f32>(at)
  for (let j = 1; j < units; j++) {
    const value = load<f32>(at + (<usize>j << 2))
    if (value > most) {
      most = value
      best = j
    }
  }
  return best
}

/** Σ exp(z − most) over `units` float32, two lanes at a time. */
function sumExp(z: usize, units: i32, most: f64): f64 {
  const shift = f64x2.splat(most)
  let sum = f64x2.splat(0)
  let j = 0
  for (; j + 2 <= units; j += 2) {
    sum = f64x2.add(sum, expF64x2(f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(z + (<usize>j << 2))), shift)))
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
  if (j < units) total += exp(<f64>load<f32>(z + (<usize>j << 2)) - most)
  return total
}

/** Softmax and cross-entropy with class indices. Metric: rows whose largest logit is the right one. */
export function sparseCrossEntropy(o: SparseCrossEntropy): void {
  const logits = o.logits
  const row = o.row
  const units = o.units
  const labels = o.targets
  const weights = o.weights
  const gradients = o.gradients
  const gradientRow = o.gradientRow
  const smoothing = <f64>o.smoothing
  const rest = smoothing / <f64>units
  const scale = <f64>o.scale
  let loss: f64 = 0
  let metric: f64 = 0
  for (let i = low; i < high; i++) {
    const index = sample(i)
    const z = logits + <usize>i * row
    const label = load<i32>(labels + (index << 2))
    const weight = rowWeight(weights, index)
    const best = largest(z, units)
    const most = <f64>load<f32>(z + (<usize>best << 2))
    const sum = sumExp(z, units, most)
    // A label outside the classes (never from checked data) would read elsewhere; it counts as NaN.
    const known = <u32>label < <u32>units
    const logSum = most + log(sum)
    let own = known ? logSum - <f64>load<f32>(z + (<usize>label << 2)) : NaN
    if (smoothing != 0) {
      own *= 1 - smoothing
      for (let j: usize = 0; j < <usize>units << 2; j += 4) own += rest * (logSum - <f64>load<f32>(z + j))
    }
    loss += weight * own
    metric += best == label ? 1 : 0
    if (!gradients) continue
    const g = gradients + <usize>i * gradientRow
    const factor = (scale * weight) / <f64>rows
    // Weight ÷ rows · p of two classes at a time, then the right one's.
    const share = f64x2.splat(factor / sum)
    const shift = f64x2.splat(most)
    const smoothed = f64x2.splat(rest * factor)
    let j = 0
    for (; j + 2 <= units; j += 2) {
      const offset = <usize>j << 2
      const e = expF64x2(f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(z + offset)), shift))
      v128.store64_lane(g + offset, f32x4.demote_f64x2_zero(f64x2.sub(f64x2.mul(e, share), smoothed)), 0)
    }
    if (j < units) {
      const p = exp(<f64>load<f32>(z + (<usize>j << 2)) - most) / sum
      store<f32>(g + (<usize>j << 2), <f32>((p - rest) * factor))
    }
    if (known) {
      // 1 − p of a sure answer keeps its digits only in float64.
      const p = exp(<f64>load<f32>(z + (<usize>label << 2)) - most) / sum
      store<f32>(g + (<usize>label << 2), <f32>((p - (1 - smoothing + rest)) * factor))
    }
    pad(g, units)
  }
  leave(o.partials, loss, metric)
}

/** The same with a target probability for each class. Metric: the largest logit is at the largest target. */
export function categoricalCrossEntropy(o: CategoricalCrossEntropy): void {
  const logits = o.logits
  const row = o.row
  const units = o.units
  const targets = o.targets
  const weights = o.weights
  const gradients = o.gradients
  const gradientRow = o.gradientRow
  const keep = 1 - <f64>o.smoothing
  const rest = <f64>o.smoothing / <f64>units
  const scale = <f64>o.scale
  let loss: f64 = 0
  let metric: f64 = 0
  for (let i = low; i < high; i++) {
    const index = sample(i)
    const z = logits + <usize>i * row
    const t = targets + ((index * <usize>units) << 2)
    const weight = rowWeight(weights, index)
    const best = largest(z, units)
    const most = <f64>load<f32>(z + (<usize>best << 2))
    const sum = sumExp(z, units, most)
    const logSum = most + log(sum)
    let mass: f64 = 0
    let own: f64 = 0
    for (let j: usize = 0; j < <usize>units << 2; j += 4) {
      const target = <f64>load<f32>(t + j) * keep + rest
      mass += target
      if (target != 0) own += target * (logSum - <f64>load<f32>(z + j))
    }
    loss += weight * own
    metric += best == largest(t, units) ? 1 : 0
    if (!gradients) continue
    const g = gradients + <usize>i * gradientRow
    const factor = (scale * weight) / <f64>rows
    for (let j: usize = 0; j < <usize>units << 2; j += 4) {
      const p = exp(<f64>load<f32>(z + j) - most) / sum
      store<f32>(g + j, <f32>((mass * p - (<f64>load<f32>(t + j) * keep + rest)) * factor))
    }
    pad(g, units)
  }
  leave(o.partials, loss, metric)
}

/** Sigmoid and binary cross-entropy, the mean over units. Metric: the mean of (p > 0.5) = target. */
export function binaryCrossEntropy(o: BinaryCrossEntropy): void {
  meanOverUnits(o, BINARY)
}

/** Mean squared error over units. Metric: the mean absolute error. */
export function squaredError(o: SquaredError): void {
  meanOverUnits(o, SQUARED)
}

/** Mean absolute error over units; its gradient at 0 is 0. Metric: the same without weights. */
export function absoluteError(o: AbsoluteError): void {
  meanOverUnits(o, ABSOLUTE)
}

/** Keras's Huber loss, the mean over units. Metric, as for all losses below: the mean absolute error. */
export function huber(o: Huber): void {
  meanOverUnits(o, HUBER)
}

/** log cosh of the error, the mean over units. */
export function logCosh(o: LogCosh): void {
  meanOverUnits(o, LOG_COSH)
}

/** p − t·log(p + 1e-7), the mean over units. */
export function poisson(o: Poisson): void {
  meanOverUnits(o, POISSON)
}

/** max(1 − t·p, 0) with targets −1 and 1, or 0 and 1; the mean over units. */
export function hinge(o: Hinge): void {
  meanOverUnits(o, HINGE)
}

/** The squares of the same. */
export function squaredHinge(o: SquaredHinge): void {
  meanOverUnits(o, SQUARED_HINGE)
}

/** max(max((1 − t)·p) − Σ t·p + 1, 0). */
export function categoricalHinge(o: CategoricalHinge): void {
  overClasses(o, true)
}

/** The Kullback-Leibler divergence Σ t·log(t / p), t and p from 1e-7 to 1. */
export function divergence(o: Divergence): void {
  overClasses(o, false)
}

/** Keras's epsilon. */
const EPSILON: f64 = 1e-7

// @ts-ignore: decorator
@inline
function bounded(p: f64): f64 {
  return min(max(p, EPSILON), 1)
}

/** A loss of all units of a row together. `isHinge` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function overClasses<Operands>(o: Operands, isHinge: bool): void {
  const outputs = o.logits
  const row = o.row
  const units = o.units
  const targets = o.targets
  const weights = o.weights
  const gradients = o.gradients
  const gradientRow = o.gradientRow
  const scale = <f64>o.scale
  let loss: f64 = 0
  let metric: f64 = 0
  for (let i = low; i < high; i++) {
    const index = sample(i)
    const p = outputs + <usize>i * row
    const t = targets + ((index * <usize>units) << 2)
    const g = gradients + <usize>i * gradientRow
    const weight = rowWeight(weights, index)
    const factor = (scale * weight) / <f64>rows
    let own: f64 = 0
    let errors: f64 = 0
    let right: f64 = 0
    let most: f64 = -Infinity
    let wrong: usize = 0
    for (let j: usize = 0; j < <usize>units << 2; j += 4) {
      const output = <f64>load<f32>(p + j)
      const target = <f64>load<f32>(t + j)
      errors += abs(output - target)
      if (isHinge) {
        right += target * output
        const other = (1 - target) * output
        if (other > most) {
          most = other
          wrong = j
        }
      } else {
        const wanted = bounded(target)
        own += wanted * (log(wanted) - log(bounded(output)))
      }
    }
    if (isHinge) own = max(most - right + 1, 0)
    loss += weight * own
    metric += errors / <f64>units
    if (!gradients) continue
    for (let j: usize = 0; j < <usize>units << 2; j += 4) {
      const output = <f64>load<f32>(p + j)
      const target = <f64>load<f32>(t + j)
      let slope: f64
      if (isHinge) slope = own > 0 ? (j == wrong ? 1 - 2 * target : -target) : 0
      else slope = output >= EPSILON && output <= 1 ? -bounded(target) / output : 0
      store<f32>(g + j, <f32>(slope * factor))
    }
    pad(g, units)
  }
  leave(o.partials, loss, metric)
}

const BINARY = 0
const SQUARED = 1
const ABSOLUTE = 2
const HUBER = 3
const LOG_COSH = 4
const POISSON = 5
const HINGE = 6
const SQUARED_HINGE = 7

/** A loss that is the mean over units. `kind` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function meanOverUnits<Operands>(o: Operands, kind: i32): void {
  const outputs = o.logits
  const row = o.row
  const units = o.units
  const targets = o.targets
  const weights = o.weights
  const gradients = o.gradients
  const gradientRow = o.gradientRow
  const keep = 1 - <f64>o.smoothing
  const rest = 0.5 * <f64>o.smoothing
  const delta = <f64>o.delta
  const scale = <f64>o.scale
  let loss: f64 = 0
  let metric: f64 = 0
  for (let i = low; i < high; i++) {
    const index = sample(i)
    const z = outputs + <usize>i * row
    const t = targets + ((index * <usize>units) << 2)
    const g = gradients + <usize>i * gradientRow
    const weight = rowWeight(weights, index)
    const factor = (scale * weight) / <f64>rows
    let losses: f64 = 0
    let metrics: f64 = 0
    for (let j: usize = 0; j < <usize>units << 2; j += 4) {
      const output = <f64>load<f32>(z + j)
      const target = <f64>load<f32>(t + j)
      let slope: f64
      if (kind == BINARY) {
        const e = exp(-abs(output))
        const wanted = target * keep + rest
        losses += max(output, 0) - output * wanted + log(1 + e)
        const p = output >= 0 ? 1 / (1 + e) : e / (1 + e)
        metrics += <f64>(<f64>(<f32>p > 0.5) == target)
        slope = p - wanted
      } else {
        const error = output - target
        metrics += abs(error)
        if (kind == SQUARED) {
          losses += error * error
          slope = 2 * error
        } else if (kind == ABSOLUTE) {
          losses += abs(error)
          slope = error > 0 ? 1 : error < 0 ? -1 : error
        } else if (kind == HUBER) {
          const inside = abs(error) <= delta
          losses += inside ? 0.5 * error * error : delta * (abs(error) - 0.5 * delta)
          slope = inside ? error : error > 0 ? delta : -delta
        } else if (kind == LOG_COSH) {
          const e = exp(-2 * abs(error))
          losses += abs(error) + log(1 + e) - 0.6931471805599453
          slope = ((1 - e) / (1 + e)) * (error < 0 ? -1 : 1)
        } else if (kind == POISSON) {
          losses += output - target * (output > -EPSILON ? log(output + EPSILON) : NaN)
          slope = 1 - target / (output + EPSILON)
        } else {
          // Keras reads targets 0 and 1 as −1 and 1.
          const sign: f64 = target == 0 ? -1 : target
          const short = max(1 - sign * output, 0)
          losses += kind == HINGE ? short : short * short
          slope = kind == HINGE ? (short > 0 ? -sign : 0) : -2 * sign * short
        }
      }
      if (gradients) store<f32>(g + j, <f32>((slope / <f64>units) * factor))
    }
    loss += weight * (losses / <f64>units)
    metric += metrics / <f64>units
    if (gradients) pad(g, units)
  }
  leave(o.partials, loss, metric)
}

/**
 * Joins the shards: the step's mean loss of one output with `penalties` (float64 each) added, and its summed metric.
 * Without `partials` (0) both begin at 0.
 */
export function finishLoss(o: FinishLoss): void {
  if (shard != 0) return
  const partials = o.partials
  const penalties = o.penalties
  const penaltyCount = <usize>o.penaltyCount
  const out = result + (<usize>o.index << 4)
  let loss: f64 = 0
  let metric: f64 = 0
  if (partials) {
    for (let s: usize = 0; s < <usize>shards; s++) {
      loss += load<f64>(partials + (s << 4))
      metric += load<f64>(partials + (s << 4), 8)
    }
    loss /= <f64>rows
  }
  for (let j: usize = 0; j < penaltyCount; j++) loss += load<f64>(penalties + (j << 3))
  store<f64>(out, loss)
  store<f64>(out, metric, 8)
}
