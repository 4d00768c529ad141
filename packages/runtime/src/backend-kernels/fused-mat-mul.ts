import { BatchMatMul, _FusedMatMul, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'
import { defineKernel, runKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { matrixProducts, productShape } from './matrix-products.ts'
import type { MatrixOperands } from './matrix-products.ts'
import { perChannel } from './per-channel.ts'
import { finish } from './unfused.ts'

/** The codes of activations in tfjs's C++ code. */
const ACTIVATIONS: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 1,
  relu6: 2,
  prelu: 3,
  leakyrelu: 4,
  sigmoid: 5,
  elu: 6,
}

interface Inputs {
  a: TensorInfo
  b: TensorInfo
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

interface Attributes {
  transposeA: boolean
  transposeB: boolean
  activation: string
  leakyreluAlpha?: number
}

/** activation(a · b + bias), like BatchMatMul, in one call if there is one bias and one slope per column. */
export const fusedMatMul = defineKernel(
  _FusedMatMul,
  ({ inputs, attrs, backend }: KernelCall<Inputs, Attributes>) => {
    const { a, b, bias, preluActivationWeights: slopes } = inputs
    const operands: MatrixOperands = { a, b, transposeA: attrs.transposeA, transposeB: attrs.transposeB }
    const shape = productShape(operands)
    const activation = ACTIVATIONS[attrs.activation]
    if (activation === undefined) {
      throw new TreadleError(
        'RUNTIME_BAD_OPTION',
        `\`activation\` (='${attrs.activation}') must be one of ${Object.keys(ACTIVATIONS).join(', ')}.`,
      )
    }
    const vector = bias && perChannel(backend, bias, shape.columns)
    const slopesFit = !slopes || util.sizeFromShape(slopes.shape) === shape.columns
    if ((bias && !vector) || !slopesFit || shape.inner === 0) {
      if (vector) backend.disposeData(vector.dataId)
      return finish(backend, runKernel(BatchMatMul, backend, { a, b }, attrs), { ...inputs, ...attrs })
    }
    const { _FusedMatMul: call } = backend.c
    const epilogue = [
      activation,
      vector ? backend.id(vector) : 0,
      slopes ? backend.id(slopes) : 0,
      attrs.leakyreluAlpha ?? 0,
    ] as const
    const out = matrixProducts(backend, operands, shape, (aId, bId, outId, rows, inner, columns) => {
      const aShape = backend.shape(0, [1, rows, inner])
      const bShape = backend.shape(1, [1, inner, columns])
      backend.pool.run(rows * inner * columns, () =>
        call(aId, aShape, 3, bId, bShape, 3, 0, 0, ...epilogue, outId),
      )
    })
    if (vector) backend.disposeData(vector.dataId)
    return out
  },
)
