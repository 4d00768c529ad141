import { TreadleError } from '@treadle/core'

/**
 * (module (func (result v128) i32.const 0 i8x16.splat))
 */
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]

/**
 * (module (memory 1 1 shared) (func i32.const 0 i32.const 0 memory.atomic.notify drop))
 */
const THREADS = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 13, 1, 11, 0, 65, 0, 65,
  0, 254, 0, 2, 0, 26, 11,
]

/**
 * (module (func (param v128) (result v128)
 *   local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd))
 */
const RELAXED_SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0,
  253, 133, 2, 11,
]

function validates(bytes: readonly number[]): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(bytes))
}

let simd: boolean | undefined
let atomics: boolean | undefined

/** Whether the engine supports WebAssembly's fixed-width SIMD. */
export function hasSimd(): boolean {
  return (simd ??= validates(SIMD))
}

/** Whether the engine supports WebAssembly's atomics. Shared memory may still be unavailable. */
export function hasAtomics(): boolean {
  return (atomics ??= validates(THREADS))
}

/** Whether the engine supports WebAssembly's relaxed SIMD. Not cached: V8 flags can turn it on later. */
export function hasRelaxedSimd(): boolean {
  return validates(RELAXED_SIMD)
}

export const NO_SIMD =
  'Starting the runtime failed: it needs WebAssembly SIMD, which this engine does not support. Use Node.js ≥ 20.19, Chrome or Edge ≥ 91, Firefox ≥ 89 or Safari ≥ 16.4.'

/** @throws TreadleError `RUNTIME_NO_SIMD`, and for `fastMath` `RUNTIME_NO_RELAXED_SIMD` */
export function requireSimd(fastMath: boolean): void {
  if (!hasSimd()) throw new TreadleError('RUNTIME_NO_SIMD', NO_SIMD)
  if (fastMath && !hasRelaxedSimd()) {
    throw new TreadleError(
      'RUNTIME_NO_RELAXED_SIMD',
      '`fastMath` (=true) needs WebAssembly relaxed SIMD, which this engine does not support. Omit the option, use Node.js ≥ 21, Chrome or Edge ≥ 114, or start Node.js 20 with --experimental-wasm-relaxed-simd.',
    )
  }
}
