import type { WasmBinaries } from './binaries.ts'
import type { Runtime } from './runtime.ts'

export interface StartOptions {
  /** Compute threads, the calling thread included: 1 to 8, or `auto` (the default) for one per core, at most 8. */
  readonly threads?: 'auto' | number
  /** Maximum size of the memory in bytes, 16 MiB to 4 GiB (the default). */
  readonly maximumMemory?: number
  /**
   * Lets compiled programs, convolutions and pooling use fused multiply-add (relaxed SIMD), with one rounding where the processor supports it.
   * It is faster on some processors, but the same seed gives different bits on different processors. Default: false.
   */
  readonly fastMath?: boolean
  /**
   * Runs compiled programs with 256-bit SIMD, to the same bits: on Node.js ≥ 24 that was started with
   * `--experimental-wasm-revectorize`. No operation of TensorFlow.js can then run in the process. Default: false.
   */
  readonly wideSimd?: boolean
  /** The binaries. Default: the files of this package and of @treadle/kernels. */
  readonly wasm?: WasmBinaries
  /** Milliseconds after which a start, or an operation that waits for a thread, fails. Default: 30,000. */
  readonly timeout?: number
  /** Aborts the start. */
  readonly signal?: AbortSignal
}

/** The members of a runtime without `dispose`, and the function that stops it. */
export interface Started {
  readonly facts: Omit<Runtime, 'dispose' | typeof Symbol.asyncDispose>
  readonly close: () => Promise<void>
}
