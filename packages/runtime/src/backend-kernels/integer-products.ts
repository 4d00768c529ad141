import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { batchOffsets } from './matrix-products.ts'
import type { MatrixOperands, ProductShape } from './matrix-products.ts'

/**
 * A batch of products of int32 matrices, exact modulo 2³². `tf.math.confusionMatrix` counts with such products of one-hot
 * matrices.
 */
export function integerProducts(
  backend: TreadleBackend,
  operands: MatrixOperands,
  shape: ProductShape,
): TensorInfo {
  const { batch, count, rows, inner, columns } = shape
  const out = backend.makeOutput([...batch, rows, columns], 'int32')
  const a = backend.typedArrayFromHeap(operands.a)
  const b = backend.typedArrayFromHeap(operands.b)
  const c = backend.typedArrayFromHeap(out)
  const offsetsA = batchOffsets(operands.a.shape, batch, rows * inner)
  const offsetsB = batchOffsets(operands.b.shape, batch, inner * columns)
  const [rowA, stepA] = operands.transposeA ? [1, rows] : [inner, 1]
  const [stepB, columnB] = operands.transposeB ? [1, inner] : [columns, 1]
  c.fill(0)
  for (let i = 0; i < count; i++) {
    for (let row = 0; row < rows; row++) {
      const start = (i * rows + row) * columns
      for (let k = 0; k < inner; k++) {
        const factor = a[(offsetsA[i] as number) + row * rowA + k * stepA] as number
        if (factor === 0) continue
        let at = (offsetsB[i] as number) + k * stepB
        for (let column = 0; column < columns; column++, at += columnB) {
          c[start + column] = (c[start + column] as number) + Math.imul(factor, b[at] as number)
        }
      }
    }
  }
  return out
}
