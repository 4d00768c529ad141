import { TreadleError } from '@treadle/core'
import { broadcast_util, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { transposeMatrices } from './transpose-matrices.ts'

export interface MatrixOperands {
  readonly a: TensorInfo
  readonly b: TensorInfo
  readonly transposeA: boolean
  readonly transposeB: boolean
}

export interface ProductShape {
  /** Batch dimensions of the result. */
  readonly batch: number[]
  /** Batch sizes of the operands: 1 or the batch size of the result. */
  readonly countA: number
  readonly countB: number
  readonly count: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** One product [rows, inner] · [inner, columns], row-major float32. `a`, `b` and `out` are tensor IDs of the module. */
export type PlainProduct = (
  a: number,
  b: number,
  out: number,
  rows: number,
  inner: number,
  columns: number,
) => void

/** The module's product of two matrices by XNNPACK, on all threads if it is large enough. */
export function plainProduct(
  backend: TreadleBackend,
  ...[a, b, out, rows, inner, columns]: Parameters<PlainProduct>
): void {
  const aShape = backend.shape(0, [1, rows, inner])
  const bShape = backend.shape(1, [1, inner, columns])
  backend.pool.run(rows * inner * columns, () => {
    backend.c.BatchMatMul(a, aShape, 3, b, bShape, 3, 0, 0, out)
  })
}

/** @throws TreadleError `RUNTIME_BAD_SHAPE` */
export function productShape({ a, b, transposeA, transposeB }: MatrixOperands): ProductShape {
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new TreadleError(
      'RUNTIME_BAD_SHAPE',
      `Error in matMul: both tensors must have at least 2 dimensions, but their shapes are [${a.shape.join()}] and [${b.shape.join()}]. Reshape them first.`,
    )
  }
  const [rows, innerA] = lastTwo(a, transposeA)
  const [inner, columns] = lastTwo(b, transposeB)
  if (innerA !== inner) {
    throw new TreadleError(
      'RUNTIME_BAD_SHAPE',
      `Error in matMul: inner shapes (${innerA}) and (${inner}) of tensors with shapes [${a.shape.join()}] and [${b.shape.join()}] and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
    )
  }
  const batchA = a.shape.slice(0, -2)
  const batchB = b.shape.slice(0, -2)
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  const countA = util.sizeFromShape(batchA)
  const countB = util.sizeFromShape(batchB)
  return { batch, countA, countB, count: util.sizeFromShape(batch), rows, inner, columns }
}

function lastTwo({ shape }: TensorInfo, transposed: boolean): [number, number] {
  const [first, second] = shape.slice(-2) as [number, number]
  return transposed ? [second, first] : [first, second]
}

/**
 * Computes a batch of products with `plain`, the XNNPACK path of the module. That path is fast and uses threads, but
 * supports neither transposes nor batches. So this function transposes the operands first. A batch is one product if `b`
 * has no batch, and a loop otherwise.
 *
 * @returns a tensor of shape [...batch, rows, columns]
 */
export function matrixProducts(
  backend: TreadleBackend,
  operands: MatrixOperands,
  shape: ProductShape,
  plain: PlainProduct,
): TensorInfo {
  const { batch, countA, countB, count, rows, inner, columns } = shape
  requireFloats(operands)
  const out = backend.makeOutput([...batch, rows, columns], 'float32')
  if (count * rows * columns === 0) return out
  if (inner === 0) {
    backend.floats(out).fill(0)
    return out
  }
  const a = operands.transposeA ? transposeMatrices(backend, operands.a, countA, inner, rows) : operands.a
  const b = operands.transposeB ? transposeMatrices(backend, operands.b, countB, columns, inner) : operands.b
  if (countB === 1) {
    // The rows of all matrices `a` form one tall matrix.
    plain(backend.id(a), backend.id(b), backend.id(out), count * rows, inner, columns)
  } else {
    const offsetsA = batchOffsets(operands.a.shape, batch, rows * inner)
    const offsetsB = batchOffsets(operands.b.shape, batch, inner * columns)
    const slice = (base: number, offset: number, size: number): number =>
      backend.alias(base + 4 * offset, size)
    for (let i = 0; i < count; i++) {
      const sliceA = slice(backend.address(a), offsetsA[i] as number, rows * inner)
      const sliceB = slice(backend.address(b), offsetsB[i] as number, inner * columns)
      const sliceOut = slice(backend.address(out), i * rows * columns, rows * columns)
      plain(sliceA, sliceB, sliceOut, rows, inner, columns)
      for (const id of [sliceA, sliceB, sliceOut]) backend.dropAlias(id)
    }
  }
  if (a !== operands.a) backend.disposeData(a.dataId)
  if (b !== operands.b) backend.disposeData(b.dataId)
  return out
}

function requireFloats({ a, b }: MatrixOperands): void {
  if (a.dtype === 'float32' && b.dtype === 'float32') return
  throw new TreadleError(
    'RUNTIME_BAD_DTYPE',
    `matMul of ${a.dtype} and ${b.dtype} is not supported. Cast both to float32 or both to int32.`,
  )
}

/** The offset, in elements, of the matrix for each element of the broadcast `batch`. */
export function batchOffsets(shape: readonly number[], batch: readonly number[], matrix: number): number[] {
  let offsets = [0]
  const own = shape.slice(0, -2)
  const missing = batch.length - own.length
  let stride = matrix
  const strides = own.map(() => 0)
  for (let i = own.length - 1; i >= 0; i--) {
    strides[i] = own[i] === 1 ? 0 : stride
    stride *= own[i] as number
  }
  batch.forEach((size, dimension) => {
    const step = dimension < missing ? 0 : (strides[dimension - missing] as number)
    offsets = offsets.flatMap((offset) => Array.from({ length: size }, (_, i) => offset + i * step))
  })
  return offsets
}
