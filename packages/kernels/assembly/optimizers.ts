import { Adagrad, Adam, Adamax, Lion, Nadam, Rmsprop, Sgd } from './generated/records'
import { learningRate, scalar, shard, split } from './context'
import { joined, penalized } from './update'

/**
 * Optimizers in Keras's form, each float32 operation rounded as in the plain updates of @treadle/optim. A record
 * covers a part of the parameter block, whose gradient lies in `parts` parts of the shards.
 */

/** Four elements of the gradient, regularization of the weights `w` included. */
// @ts-ignore: decorator
@inline
function gradientOf(gradient: usize, part: usize, parts: i32, w: v128, l1: f32, l2: f32): v128 {
  const g = joined(gradient, part, parts)
  return l1 == 0 && l2 == 0 ? g : penalized(g, w, f32x4.splat(l1), f32x4.splat(l2))
}

/** w − w·decay·lr */
// @ts-ignore: decorator
@inline
function decayed(w: v128, decay: f32, rate: v128): v128 {
  return decay == 0 ? w : f32x4.sub(w, f32x4.mul(f32x4.mul(w, f32x4.splat(decay)), rate))
}

/** The first byte of the shard's part of `count` elements. */
// @ts-ignore: decorator
@inline
function firstByte(count: i32, index: i32): usize {
  return <usize>split(count >> 2, index) << 4
}

/** Adam and AdamW; `secondMax` is 0 but for AMSGrad. */
export function adam(o: Adam): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const decay = o.decay
  const l1 = o.l1
  const l2 = o.l2
  const first = o.first
  const second = o.second
  const secondMax = o.secondMax
  const c1 = f32x4.splat(o.c1)
  const c2 = f32x4.splat(o.c2)
  const epsilon = f32x4.splat(o.epsilon)
  const alpha = f32x4.splat(scalar(1) * o.multiplier)
  const rate = f32x4.splat(learningRate * o.multiplier)
  const end = firstByte(o.count, shard + 1)
  for (let i = firstByte(o.count, shard); i < end; i += 16) {
    const old = v128.load(weights + i)
    const g = gradientOf(gradients + i, part, parts, old, l1, l2)
    let m = v128.load(first + i)
    let v = v128.load(second + i)
    m = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), c1))
    v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v), c2))
    v128.store(first + i, m)
    v128.store(second + i, v)
    if (secondMax) {
      v = f32x4.max(v128.load(secondMax + i), v)
      v128.store(secondMax + i, v)
    }
    const step = f32x4.div(f32x4.mul(m, alpha), f32x4.add(f32x4.sqrt(v), epsilon))
    v128.store(weights + i, f32x4.sub(decayed(old, decay, rate), step))
  }
}

/** SGD; with momentum 0 there is no slot and `first` is not touched. */
export function sgd(o: Sgd): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const decay = o.decay
  const l1 = o.l1
  const l2 = o.l2
  const first = o.first
  const momentum = o.momentum
  const nesterov = o.nesterov
  const mu = f32x4.splat(momentum)
  const rate = f32x4.splat(learningRate * o.multiplier)
  const end = firstByte(o.count, shard + 1)
  for (let i = firstByte(o.count, shard); i < end; i += 16) {
    const old = v128.load(weights + i)
    const step = f32x4.mul(gradientOf(gradients + i, part, parts, old, l1, l2), rate)
    const w = decayed(old, decay, rate)
    if (momentum == 0) {
      v128.store(weights + i, f32x4.sub(w, step))
      continue
    }
    const moved = f32x4.sub(f32x4.mul(v128.load(first + i), mu), step)
    v128.store(first + i, moved)
    const change = nesterov ? f32x4.sub(f32x4.mul(moved, mu), step) : moved
    v128.store(weights + i, f32x4.add(w, change))
  }
}

/** RMSprop; `first` is 0 without momentum, `average` is 0 unless it is centered. */
export function rmsprop(o: Rmsprop): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const decay = o.decay
  const l1 = o.l1
  const l2 = o.l2
  const velocity = o.velocity
  const first = o.first
  const average = o.average
  const rho = f32x4.splat(o.rho)
  const rest = f32x4.splat(o.rest)
  const mu = f32x4.splat(o.momentum)
  const epsilon = f32x4.splat(o.epsilon)
  const rate = f32x4.splat(learningRate * o.multiplier)
  const end = firstByte(o.count, shard + 1)
  for (let i = firstByte(o.count, shard); i < end; i += 16) {
    const old = v128.load(weights + i)
    const g = gradientOf(gradients + i, part, parts, old, l1, l2)
    let v = f32x4.add(f32x4.mul(rho, v128.load(velocity + i)), f32x4.mul(rest, f32x4.mul(g, g)))
    v128.store(velocity + i, v)
    if (average) {
      const mean = f32x4.add(f32x4.mul(rho, v128.load(average + i)), f32x4.mul(rest, g))
      v128.store(average + i, mean)
      v = f32x4.sub(v, f32x4.mul(mean, mean))
    }
    let change = f32x4.div(f32x4.mul(rate, g), f32x4.sqrt(f32x4.add(v, epsilon)))
    if (first) {
      change = f32x4.add(f32x4.mul(mu, v128.load(first + i)), change)
      v128.store(first + i, change)
    }
    v128.store(weights + i, f32x4.sub(decayed(old, decay, rate), change))
  }
}

export function adagrad(o: Adagrad): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const decay = o.decay
  const l1 = o.l1
  const l2 = o.l2
  const accumulator = o.accumulator
  const epsilon = f32x4.splat(o.epsilon)
  const rate = f32x4.splat(learningRate * o.multiplier)
  const end = firstByte(o.count, shard + 1)
  for (let i = firstByte(o.count, shard); i < end; i += 16) {
    const old = v128.load(weights + i)
    const g = gradientOf(gradients + i, part, parts, old, l1, l2)
    const sum = f32x4.add(v128.load(accumulator + i), f32x4.mul(g, g))
    v128.store(accumulator + i, sum)
    const change = f32x4.div(f32x4.mul(rate, g), f32x4.sqrt(f32x4.add(sum, epsilon)))
    v128.store(weights + i, f32x4.sub(decayed(old, decay, rate), change))
  }
}

/** Adamax. The step's scalar: 1 − β₁ᵗ. */
export function adamax(o: Adamax): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const decay = o.decay
  const l1 = o.l1
  const l2 = o.l2
  const first = o.first
  const norm = o.norm
  const c1 = f32x4.splat(o.c1)
  const beta2 = f32x4.splat(o.beta2)
  const epsilon = f32x4.splat(o.epsilon)
  const correction = f32x4.splat(scalar(1))
  const rate = f32x4.splat(learningRate * o.multiplier)
  const end = firstByte(o.count, shard + 1)
  for (let i = firstByte(o.count, shard); i < end; i += 16) {
    const old = v128.load(weights + i)
    const g = gradientOf(gradients + i, part, parts, old, l1, l2)
    let m = v128.load(first + i)
    m = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), c1))
    const u = f32x4.max(f32x4.mul(beta2, v128.load(norm + i)), f32x4.abs(g))
    v128.store(first + i, m)
    v128.store(norm + i, u)
    const change = f32x4.div(f32x4.mul(rate, m), f32x4.mul(correction, f32x4.add(u, epsilon)))
    v128.store(weights + i, f32x4.sub(decayed(old, decay, rate), change))
  }
}

/** Nadam. The step's scalars: uₜ₊₁, 1 − ∏uᵢ up to t + 1, 1 − uₜ, 1 − ∏uᵢ up to t, 1 − β₂ᵗ. */
export function nadam(o: Nadam): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const decay = o.decay
  const l1 = o.l1
  const l2 = o.l2
  const first = o.first
  const second = o.second
  const c1 = f32x4.splat(o.c1)
  const c2 = f32x4.splat(o.c2)
  const epsilon = f32x4.splat(o.epsilon)
  const next = f32x4.splat(scalar(1))
  const nextRest = f32x4.splat(scalar(2))
  const present = f32x4.splat(scalar(3))
  const presentRest = f32x4.splat(scalar(4))
  const correction = f32x4.splat(scalar(5))
  const rate = f32x4.splat(learningRate * o.multiplier)
  const end = firstByte(o.count, shard + 1)
  for (let i = firstByte(o.count, shard); i < end; i += 16) {
    const old = v128.load(weights + i)
    const g = gradientOf(gradients + i, part, parts, old, l1, l2)
    let m = v128.load(first + i)
    let v = v128.load(second + i)
    m = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), c1))
    v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v), c2))
    v128.store(first + i, m)
    v128.store(second + i, v)
    const mean = f32x4.add(f32x4.div(f32x4.mul(next, m), nextRest), f32x4.div(f32x4.mul(present, g), presentRest))
    const divisor = f32x4.add(f32x4.sqrt(f32x4.div(v, correction)), epsilon)
    v128.store(weights + i, f32x4.sub(decayed(old, decay, rate), f32x4.div(f32x4.mul(mean, rate), divisor)))
  }
}

export function lion(o: Lion): void {
  const weights = o.weights
  const gradients = o.gradients
  const part = o.part
  const parts = o.parts
  const decay = o.decay
  const l1 = o.l1
  const l2 = o.l2
  const first = o.first
  const beta1 = f32x4.splat(o.beta1)
  const c1 = f32x4.splat(o.c1)
  const beta2 = f32x4.splat(o.beta2)
  const c2 = f32x4.splat(o.c2)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const rate = f32x4.splat(learningRate * o.multiplier)
  const end = firstByte(o.count, shard + 1)
  for (let i = firstByte(o.count, shard); i < end; i += 16) {
    const old = v128.load(weights + i)
    const g = gradientOf(gradients + i, part, parts, old, l1, l2)
    const m = v128.load(first + i)
    const x = f32x4.add(f32x4.mul(m, beta1), f32x4.mul(g, c1))
    const sign = f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one))
    v128.store(weights + i, f32x4.sub(decayed(old, decay, rate), f32x4.mul(rate, sign)))
    v128.store(first + i, f32x4.add(f32x4.mul(m, beta2), f32x4.mul(g, c2)))
  }
}
