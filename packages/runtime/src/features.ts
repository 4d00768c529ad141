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

function validates(bytes: readonly number[]): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(bytes))
}

let simd: boolean | undefined
let atomics: boolean | undefined

/** True where the engine runs WebAssembly's fixed-width SIMD. */
export function hasSimd(): boolean {
  return (simd ??= validates(SIMD))
}

/** True where the engine runs WebAssembly's atomics; says nothing of whether memory may be shared. */
export function hasAtomics(): boolean {
  return (atomics ??= validates(THREADS))
}

export const NO_SIMD =
  'Starting the runtime needs WebAssembly SIMD, which this engine lacks; use Node.js ≥ 20.19, Chrome or Edge ≥ 91, Firefox ≥ 89 or Safari ≥ 16.4.'

/** @throws TreadleError `RUNTIME_NO_SIMD` */
export function requireSimd(): void {
  if (!hasSimd()) throw new TreadleError('RUNTIME_NO_SIMD', NO_SIMD)
}
