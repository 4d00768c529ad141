import { Add, Multiply, RealDiv, Sub, broadcast_util, util } from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { FLOAT32 } from './dtype.ts'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { repeat } from './repeat.ts'

/** Results up to this size are computed in JavaScript: a call into C++ takes 4 µs, the loop 1 µs. */
const SMALL = 512

/**
 * +, −, × and ÷ of float32 with broadcasting. Other dtypes use the stock kernel.
 *
 * The stock kernel runs every broadcast on all threads, even with ten elements. Waking the threads costs more than the
 * work, and a hundred times more if other programs use the cores. This kernel copies the smaller operand repeatedly up to
 * the shape of the result, and then needs one call on one thread. Small results are computed in JavaScript: one
 * operation on float32 values in double precision, rounded to float32, gives the same bits.
 */
function arithmetic(
  name: 'Add' | 'Sub' | 'Multiply' | 'RealDiv',
  operation: (a: number, b: number) => number,
): KernelConfig {
  return defineKernel(name, ({ inputs: { a, b }, backend }: KernelCall<{ a: TensorInfo; b: TensorInfo }>) => {
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return runStock(name, backend, { a, b })
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape)
    const size = util.sizeFromShape(shape)
    const out = backend.makeOutput(shape, 'float32')
    if (size === 0) return out
    const small = size <= SMALL
    const left = fit(backend, a, shape, size, small)
    const right = fit(backend, b, shape, size, small)
    if (small) cycle(operation, backend.floats(left), backend.floats(right), backend.floats(out))
    else {
      const leftShape = backend.shape(0, [util.sizeFromShape(left.shape)])
      const rightShape = backend.shape(1, [util.sizeFromShape(right.shape)])
      backend.c[name](
        backend.id(left),
        leftShape,
        1,
        backend.id(right),
        rightShape,
        1,
        FLOAT32,
        backend.id(out),
      )
    }
    if (left !== a) backend.disposeData(left.dataId)
    if (right !== b) backend.disposeData(right.dataId)
    return out
  })
}

/**
 * Returns `x` if it is a scalar, has `size` elements or, if `mayCycle`, has the last dimensions of `shape`. Otherwise
 * broadcasts `x` to `shape`.
 */
function fit(
  backend: TreadleBackend,
  x: TensorInfo,
  shape: number[],
  size: number,
  mayCycle: boolean,
): TensorInfo {
  const own = util.sizeFromShape(x.shape)
  if (own === 1 || own === size) return x
  const aligned = shape.map((_, i) => x.shape[i - shape.length + x.shape.length] ?? 1)
  if (mayCycle && aligned.findIndex((n) => n !== 1) > aligned.findLastIndex((n, i) => n !== shape[i]))
    return x
  const full = backend.makeOutput(shape, 'float32')
  const reps = aligned.map((n, i) => (shape[i] as number) / n)
  repeat(backend.floats(x), backend.floats(full), aligned, reps)
  return full
}

/** out[i] = operation(a[i mod |a|], b[i mod |b|]) */
function cycle(
  operation: (a: number, b: number) => number,
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
): void {
  let j = 0
  let k = 0
  for (let i = 0; i < out.length; i++) {
    out[i] = operation(a[j] as number, b[k] as number)
    if (++j === a.length) j = 0
    if (++k === b.length) k = 0
  }
}

export const arithmeticKernels: readonly KernelConfig[] = [
  arithmetic(Add, (a, b) => a + b),
  arithmetic(Sub, (a, b) => a - b),
  arithmetic(Multiply, (a, b) => a * b),
  arithmetic(RealDiv, (a, b) => a / b),
]
