import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

type CFunction = (...values: number[]) => number

/** The module's C functions that this package calls directly. */
export interface CFunctions {
  readonly malloc: CFunction
  readonly free: CFunction
  readonly Add: CFunction
  readonly BatchMatMul: CFunction
  readonly Multiply: CFunction
  readonly RealDiv: CFunction
  readonly Sub: CFunction
  readonly Transpose: CFunction
  readonly _FusedMatMul: CFunction
}

/** The members of an instantiated module that tfjs's backend and this package use. */
export type TfjsModule = BackendWasm['wasm'] & {
  readonly HEAPU8: Uint8Array
  readonly HEAP32: Int32Array
  readonly asm: CFunctions
  /** Returns a C function as a JavaScript function. Copies an `array` argument to the stack. */
  cwrap(
    name: string,
    result: 'number' | null,
    parameters: readonly ('number' | 'array')[],
  ): (...values: never[]) => number
  /** Throws if the module is broken. Also throws, once, if the last operation failed without throwing. */
  check(): void
  /** Returns an unsigned address. Throws `RUNTIME_OUT_OF_MEMORY` and everything `check` throws. */
  allocate(bytes: number): number
}

/** The interface that the module's factory needs of a thread: a Web Worker or an object that behaves like one. */
export interface ThreadPort {
  onmessage: ((event: { data: unknown }) => void) | null
  onerror: ((event: unknown) => void) | null
  postMessage(message: unknown): void
  terminate(): unknown
}

export type ImportedFunctions = Record<string, Record<string, unknown>>

/** The arguments of a factory in dist/wasm. */
export interface ModuleSettings {
  instantiateWasm(
    imports: ImportedFunctions,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object
  print(line: string): void
  printErr(line: string): void
  onAbort(reason: unknown): void
  /** Threaded factory only. */
  wasmMemory?: WebAssembly.Memory
  pthreadPoolSize?: number
  createWorker?(): ThreadPort
  onWorkerError?(event: unknown): void
}
