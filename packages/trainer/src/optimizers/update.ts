import { slotNames, type AdamW, type Adam, type Optimizer, type Sgd } from './optimizer.ts'

/**
 * All trainable weights laid end to end, with gradients and slots of the same length. Every number is float32 and
 * every operation is rounded to float32: the bits do not depend on the machine.
 */
export interface Parameters {
  readonly weights: Float32Array
  readonly gradients: Float32Array
  readonly slots: Readonly<Record<string, Float32Array>>
  /** Where each weight begins, and the end: length number of weights + 1. */
  readonly offsets: readonly number[]
}

/** One part of an update; works in place. `stepSize` and `learningRate` are float32, as in `Chunk`. */
type Transform = (parameters: Parameters, stepSize: number, learningRate: number) => void

/** The optimizer's update as a function over all parameters at once. Uses `gradients` up. */
export function updateRule(optimizer: Optimizer): Transform {
  const parts: Transform[] = []
  if (optimizer.clipnorm !== undefined) parts.push(clipByNorm(optimizer.clipnorm))
  if (optimizer.globalClipnorm !== undefined) parts.push(clipByGlobalNorm(optimizer.globalClipnorm))
  if (optimizer.name === 'adamW') parts.push(decay(optimizer.weightDecay))
  parts.push(optimizer.name === 'sgd' ? descend(optimizer) : adamStep(optimizer))
  return (parameters, stepSize, learningRate) => {
    for (const part of parts) part(parameters, stepSize, learningRate)
  }
}

export function makeSlots(optimizer: Optimizer, size: number): Record<string, Float32Array> {
  return Object.fromEntries(slotNames(optimizer).map((name) => [name, new Float32Array(size)]))
}

const f = Math.fround

/** L2 norm of g[from … to), summed in float64. */
function norm(g: Float32Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += (g[i] as number) * (g[i] as number)
  return f(Math.sqrt(sum))
}

function clipByNorm(limit: number): Transform {
  const most = f(limit)
  return ({ gradients: g, offsets }) => {
    for (let w = 0; w + 1 < offsets.length; w++) {
      const from = offsets[w] as number
      const to = offsets[w + 1] as number
      const divisor = Math.max(norm(g, from, to), most)
      for (let i = from; i < to; i++) g[i] = f(f((g[i] as number) * most) / divisor)
    }
  }
}

function clipByGlobalNorm(limit: number): Transform {
  const most = f(limit)
  return ({ gradients: g }) => {
    const scale = f(most * Math.min(f(1 / norm(g, 0, g.length)), f(1 / most)))
    for (let i = 0; i < g.length; i++) g[i] = f((g[i] as number) * scale)
  }
}

function decay(rate: number): Transform {
  const wd = f(rate)
  return ({ weights: w }, _stepSize, learningRate) => {
    for (let i = 0; i < w.length; i++) {
      const value = w[i] as number
      w[i] = f(value - f(f(value * wd) * learningRate))
    }
  }
}

function descend({ momentum, nesterov }: Sgd): Transform {
  if (momentum === 0) {
    return ({ weights: w, gradients: g }, lr) => {
      for (let i = 0; i < w.length; i++) w[i] = f((w[i] as number) - f((g[i] as number) * lr))
    }
  }
  const mu = f(momentum)
  return ({ weights: w, gradients: g, slots }, lr) => {
    const m = slots['momentum'] as Float32Array
    for (let i = 0; i < w.length; i++) {
      const step = f((g[i] as number) * lr)
      const moved = f(f((m[i] as number) * mu) - step)
      m[i] = moved
      w[i] = f((w[i] as number) + (nesterov ? f(f(moved * mu) - step) : moved))
    }
  }
}

function adamStep({ beta1, beta2, epsilon }: Adam | AdamW): Transform {
  const c1 = f(1 - beta1) // subtracted in float64, as Python does
  const c2 = f(1 - beta2)
  const eps = f(epsilon)
  return ({ weights: w, gradients: g, slots }, alpha) => {
    const m = slots['momentum'] as Float32Array
    const v = slots['velocity'] as Float32Array
    for (let i = 0; i < w.length; i++) {
      const gi = g[i] as number
      const mi = f((m[i] as number) + f(f(gi - (m[i] as number)) * c1))
      const vi = f((v[i] as number) + f(f(f(gi * gi) - (v[i] as number)) * c2))
      m[i] = mi
      v[i] = vi
      w[i] = f((w[i] as number) - f(f(mi * alpha) / f(f(Math.sqrt(vi)) + eps)))
    }
  }
}
