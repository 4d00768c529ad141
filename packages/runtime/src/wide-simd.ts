import type { compileKernels } from '@treadle/kernels'
import type { Started, StartOptions } from './start-options.ts'

/** The flag of Node.js that makes V8 pair 128-bit operations into 256-bit ones, in every module of the process. */
export const WIDE_SIMD_FLAG = '--experimental-wasm-revectorize'

/** Whether wide SIMD is possible here. */
export interface WideSimd {
  /** Whether the process runs with the flag. */
  readonly on: boolean
  /** A clause that says why the platform cannot have it; undefined if it can. */
  readonly obstacle: string | undefined
}

/** The functions that differ between Node.js (`wide-simd.node.ts`) and the browser (`wide-simd.browser.ts`). */
export interface WideSimdPlatform {
  readonly state: WideSimd
  /**
   * V8 compiles shuffles wrongly when it pairs operations, so the kernels of TensorFlow.js must not run in a process with
   * the flag. The kernels of Treadle hold none.
   *
   * @throws TreadleError `RUNTIME_NO_WIDE_SIMD` where the platform cannot have it · `RUNTIME_WIDE_SIMD_OFF` without the
   *   flag · `RUNTIME_WIDE_SIMD_UNSAFE` with the flag and without the option · `RUNTIME_BAD_OPTION` beside `fastMath`
   */
  check(wideSimd: boolean, fastMath?: boolean): void
  /**
   * Compiles the kernels, and with wide SIMD checks their known answers in optimised code.
   * @throws TreadleError `KERNELS_NOT_LOADED`, `KERNELS_WRONG_ANSWER`, `RUNTIME_BAD_OPTION`
   */
  compile(options: Parameters<typeof compileKernels>[0]): Promise<WebAssembly.Module>
  /** Starts a runtime for compiled programs only. */
  start(options: StartOptions, signal: AbortSignal): Promise<Started>
}
