import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

type CFunction = (...values: number[]) => number

/** The module's C functions that are called here directly. */
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

/** What tfjs's backend and ours need of an instantiated module. */
export type TfjsModule = BackendWasm['wasm'] & {
  readonly HEAPU8: Uint8Array
  readonly HEAP32: Int32Array
  readonly asm: CFunctions
  /** A C function as a JavaScript one; an `array` argument is copied to the stack. */
  cwrap(
    name: string,
    result: 'number' | null,
    parameters: readonly ('number' | 'array')[],
  ): (...values: never[]) => number
  /** Throws if the module is broken, or once if the operation before has failed without saying so. */
  check(): void
  /** Returns an address, unsigned. Throws `RUNTIME_OUT_OF_MEMORY`, and what `check` throws. */
  allocate(bytes: number): number
}

/** A thread of the module as its factory sees it: a Web Worker, or something that behaves like one. */
export interface ThreadPort {
  onmessage: ((event: { data: unknown }) => void) | null
  onerror: ((event: unknown) => void) | null
  postMessage(message: unknown): void
  terminate(): unknown
}

export type ImportedFunctions = Record<string, Record<string, unknown>>

/** What the caller hands to a factory of dist/wasm. */
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
