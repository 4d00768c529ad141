import { _FusedMatMul, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { matrixProducts, productShape } from './matrix-products.ts'
import type { MatrixOperands } from './matrix-products.ts'

/** tfjs's numbers for activations in its C++. */
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

/** activation(a · b + bias), as BatchMatMul here; one bias and one slope for each column. Anything else is left to stock. */
export const fusedMatMul = defineKernel(
  _FusedMatMul,
  ({ inputs, attrs, backend }: KernelCall<Inputs, Attributes>) => {
    const { a, b, bias, preluActivationWeights: slopes } = inputs
    const operands: MatrixOperands = { a, b, transposeA: attrs.transposeA, transposeB: attrs.transposeB }
    const shape = productShape(operands)
    const activation = ACTIVATIONS[attrs.activation]
    const perColumn = (x: TensorInfo | undefined): boolean =>
      !x || util.sizeFromShape(x.shape) === shape.columns
    if (activation === undefined || !perColumn(bias) || !perColumn(slopes) || shape.inner === 0) {
      return runStock(_FusedMatMul, backend, { ...inputs }, attrs)
    }
    const { _FusedMatMul: call } = backend.c
    const epilogue = [
      activation,
      bias ? backend.id(bias) : 0,
      slopes ? backend.id(slopes) : 0,
      attrs.leakyreluAlpha ?? 0,
    ] as const
    return matrixProducts(backend, operands, shape, (aId, bId, outId, rows, inner, columns) => {
      const aShape = backend.shape(0, [1, rows, inner])
      const bShape = backend.shape(1, [1, inner, columns])
      backend.pool.run(rows * inner * columns, () =>
        call(aId, aShape, 3, bId, bShape, 3, 0, 0, ...epilogue, outId),
      )
    })
  },
  [_FusedMatMul],
)
