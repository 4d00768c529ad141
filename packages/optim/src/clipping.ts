import type { Clipping } from './common-options.ts'
import type { PlainUpdate } from './flat-parameters.ts'

const f = Math.fround

/** The limits that `options` put on gradients, in Keras's forms; undefined without any. */
export function clipGradients({ clipnorm, globalClipnorm, clipvalue }: Clipping): PlainUpdate | undefined {
  if (clipnorm !== undefined) return clipByNorm(clipnorm)
  if (globalClipnorm !== undefined) return clipByGlobalNorm(globalClipnorm)
  return clipvalue === undefined ? undefined : clipByValue(clipvalue)
}

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

function clipByValue(limit: number): PlainUpdate {
  const most = f(limit)
  return ({ gradients: g }) => {
    for (let i = 0; i < g.length; i++) g[i] = Math.min(Math.max(g[i] as number, -most), most)
  }
}
