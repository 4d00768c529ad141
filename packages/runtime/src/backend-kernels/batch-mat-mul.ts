import { BatchMatMul } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { integerProducts } from './integer-products.ts'
import { matrixProducts, plainProduct, productShape } from './matrix-products.ts'
import type { MatrixOperands } from './matrix-products.ts'

/**
 * Matrix products [..., rows, inner] · [..., inner, columns], with transposes and broadcast batches.
 * The stock kernel uses a scalar path for both, and does not support int32.
 */
export const batchMatMul = defineKernel(
  BatchMatMul,
  ({
    inputs,
    attrs,
    backend,
  }: KernelCall<{ a: TensorInfo; b: TensorInfo }, { transposeA: boolean; transposeB: boolean }>) => {
    const operands: MatrixOperands = { ...inputs, ...attrs }
    const shape = productShape(operands)
    if (inputs.a.dtype === 'int32' && inputs.b.dtype === 'int32')
      return integerProducts(backend, operands, shape)
    return matrixProducts(backend, operands, shape, (...product) => plainProduct(backend, ...product))
  },
)
