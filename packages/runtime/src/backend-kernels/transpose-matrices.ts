import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { FLOAT32 } from './dtype.ts'

/** Transposes each of `count` matrices: [count, rows, columns] → [count, columns, rows], float32. */
export function transposeMatrices(
  backend: TreadleBackend,
  x: TensorInfo,
  count: number,
  rows: number,
  columns: number,
): TensorInfo {
  const out = backend.makeOutput([count, columns, rows], 'float32')
  if (count * rows * columns === 0) return out
  const [shape, permutation] =
    count === 1
      ? [
          [rows, columns],
          [1, 0],
        ]
      : [
          [count, rows, columns],
          [0, 2, 1],
        ]
  backend.c.Transpose(
    backend.id(x),
    backend.shape(0, shape),
    shape.length,
    FLOAT32,
    backend.id(out),
    backend.shape(1, permutation),
    permutation.length,
  )
  return out
}
