import { Add, FusedBatchNorm, Multiply, Rsqrt, Sub, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { composed, defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

interface Inputs {
  readonly x: TensorInfo
  readonly mean: TensorInfo
  readonly variance: TensorInfo
  readonly scale?: TensorInfo
  readonly offset?: TensorInfo
}

/**
 * (x − mean) · scale ÷ √(variance + ε) + offset, with parameters that are broadcast. The stock kernel repeats the elements of
 * the parameters along the last axis, whatever their shapes, and so normalises along another axis wrongly.
 */
export const fusedBatchNorm = defineKernel(
  FusedBatchNorm,
  ({ inputs, attrs, backend }: KernelCall<Inputs, { varianceEpsilon: number }>) => {
    const { x, mean, variance, scale, offset } = inputs
    const ofLastAxis = (parameter: TensorInfo): boolean => {
      const count = util.sizeFromShape(parameter.shape)
      return count === 1 || (count === x.shape.at(-1) && parameter.shape.at(-1) === count)
    }
    const parameters = [mean, variance, ...(scale ? [scale] : []), ...(offset ? [offset] : [])]
    if (parameters.every(ofLastAxis)) return runStock(FusedBatchNorm, backend, { ...inputs }, attrs)
    return composed(backend, ({ run, scalar }) => {
      const r = run(Rsqrt, { x: run(Add, { a: variance, b: scalar(attrs.varianceEpsilon) }) })
      const factor = scale ? run(Multiply, { a: r, b: scale }) : r
      const y = run(Multiply, { a: run(Sub, { a: x, b: mean }), b: factor })
      return offset ? run(Add, { a: y, b: offset }) : y
    })
  },
)
