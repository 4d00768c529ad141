import { Add, Multiply, RealDiv, Sub, broadcast_util, util } from '@tensorflow/tfjs-core'
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { FLOAT32 } from './dtype.ts'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { repeat } from './repeat.ts'

/** Results up to this size are computed in JavaScript: a call into C++ takes 4 µs, this loop 1 µs. */
const SMALL = 512

/**
 * +, −, × and ÷ of float32 with broadcasting; other dtypes are left to stock.
 *
 * Stock hands every broadcast to all threads, be it of ten numbers: waking them costs more than the work, a hundred
 * times more while other programs use the cores. Here the smaller operand is repeated up to the result's shape, which
 * is a copy of memory, and equal shapes are one call on one thread. In JavaScript one such operation on float32
 * numbers, computed in double precision and rounded, gives the same bits.
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

/** `x` itself where it is a scalar, has all `size` elements or, if `mayCycle`, the last dimensions of `shape`; else `x` broadcast to it. */
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
