import { Add, Minimum, Multiply, Prelu, Relu } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { composed, defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * x for x > 0, else alpha · x, with factors that are broadcast. The stock kernel repeats the elements of alpha, whatever its
 * shape, and so applies factors that inner axes share to wrong elements.
 */
export const prelu = defineKernel(
  Prelu,
  ({ inputs, backend }: KernelCall<{ x: TensorInfo; alpha: TensorInfo }>) => {
    const { x, alpha } = inputs
    const first = alpha.shape.findIndex((size) => size !== 1)
    const own = first === -1 ? [] : alpha.shape.slice(first)
    if (own.every((size, i) => size === x.shape[x.shape.length - own.length + i]))
      return runStock(Prelu, backend, { x, alpha })
    return composed(backend, ({ run, scalar }) =>
      run(Add, {
        a: run(Relu, { x }),
        b: run(Multiply, { a: run(Minimum, { a: x, b: scalar(0) }), b: alpha }),
      }),
    )
  },
)
