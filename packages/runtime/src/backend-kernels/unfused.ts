import { Add, Elu, LeakyRelu, Prelu, Relu, Relu6, Sigmoid } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { runKernel } from './kernel.ts'

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: Relu,
  relu6: Relu6,
  prelu: Prelu,
  leakyrelu: LeakyRelu,
  sigmoid: Sigmoid,
  elu: Elu,
}

/** The operations of a fused kernel after its product. */
export interface Epilogue {
  readonly bias?: TensorInfo
  readonly preluActivationWeights?: TensorInfo
  readonly activation?: string
  readonly leakyreluAlpha?: number
}

/** activation(product + bias) with separate kernels, for shapes that fused kernels do not support. Disposes `product`. */
export function finish(backend: TreadleBackend, product: TensorInfo, epilogue: Epilogue): TensorInfo {
  const { bias, preluActivationWeights, activation, leakyreluAlpha = 0 } = epilogue
  let result = product
  const next = (name: string, inputs: Record<string, TensorInfo | undefined>, attrs = {}): void => {
    const before = result
    result = runKernel(name, backend, inputs, attrs)
    backend.disposeData(before.dataId)
  }
  if (bias) next(Add, { a: result, b: bias })
  const kernel = activation && ACTIVATIONS[activation]
  if (kernel) next(kernel, { x: result, alpha: preluActivationWeights }, { alpha: leakyreluAlpha })
  return result
}
