import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

type CFunction = (...values: number[]) => number

/** What tfjs's backend needs of an instantiated module, and the kernels that ours call directly. */
export type TfjsModule = BackendWasm['wasm'] & {
  readonly HEAPU8: Uint8Array
  readonly HEAP32: Int32Array
  readonly _BatchMatMul: CFunction
  readonly __FusedMatMul: CFunction
  readonly _Transpose: CFunction
  readonly _Add: CFunction
  readonly _Sub: CFunction
  readonly _Multiply: CFunction
  readonly _RealDiv: CFunction
  /** Throws if the module is broken, or once if the operation before has failed without saying so. */
  check(): void
  /** Returns an address, unsigned. Throws `RUNTIME_OUT_OF_MEMORY`, and why the module is broken if it is. */
  _malloc(bytes: number): number
  _free(address: number): void
  /** A C function as a JavaScript one; an `array` argument is copied to the stack. */
  cwrap(
    name: string,
    result: 'number' | null,
    parameters: readonly ('number' | 'array')[],
  ): (...values: never[]) => number
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

export type ModuleFactory = (settings: ModuleSettings) => Promise<TfjsModule>
