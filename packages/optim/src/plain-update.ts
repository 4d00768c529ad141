import type { PlainUpdate } from './flat-parameters.ts'
import { definitionOf, type Optimizer } from './optimizers/index.ts'

/** The optimizer's update, clipping first, as a function over all parameters at once. Uses `gradients` up. */
export function plainUpdate(optimizer: Optimizer): PlainUpdate {
  const { clipnorm, globalClipnorm } = optimizer
  const parts: PlainUpdate[] = []
  if (clipnorm !== undefined) parts.push(clipByNorm(clipnorm))
  if (globalClipnorm !== undefined) parts.push(clipByGlobalNorm(globalClipnorm))
  parts.push(definitionOf(optimizer).plain(optimizer))
  return (parameters, stepSize, learningRate) => {
    for (const part of parts) part(parameters, stepSize, learningRate)
  }
}

const f = Math.fround

/** L2 norm of g[from … to), summed in float64. */
function norm(g: Float32Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += (g[i] as number) * (g[i] as number)
  return f(Math.sqrt(sum))
}

function clipByNorm(limit: number): PlainUpdate {
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

function clipByGlobalNorm(limit: number): PlainUpdate {
  const most = f(limit)
  return ({ gradients: g }) => {
    const scale = f(most * Math.min(f(1 / norm(g, 0, g.length)), f(1 / most)))
    for (let i = 0; i < g.length; i++) g[i] = f((g[i] as number) * scale)
  }
}
