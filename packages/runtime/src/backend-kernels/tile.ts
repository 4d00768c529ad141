import { Tile } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { repeat } from './repeat.ts'

/** Repeats `x` `reps[i]` times along each dimension i, by copying runs. The stock kernel computes an index for every element. */
export const tile = defineKernel(
  Tile,
  ({ inputs: { x }, attrs, backend }: KernelCall<{ x: TensorInfo }, { reps: number[] }>) => {
    const { reps } = attrs
    const out = backend.makeOutput(
      x.shape.map((size, i) => size * (reps[i] as number)),
      x.dtype,
    )
    const target = backend.typedArrayFromHeap(out)
    if (target.length > 0) repeat(backend.typedArrayFromHeap(x), target, x.shape, reps)
    return out
  },
)
