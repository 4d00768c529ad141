import { TreadleError } from '@treadle/core'
import { platform } from '#platform'

/** A WebAssembly binary: its URL, its bytes, or the compiled module. */
export type WasmSource = string | URL | BufferSource | WebAssembly.Module

/** The names of `WasmBinaries`, for `checkOptions`. */
export const wasmBinaries = {
  threadedSimd: 'any',
  simd: 'any',
  kernels: 'any',
  sharedKernels: 'any',
} as const

/**
 * The binaries, for programs that do not load them from the packages: in a worker without files, in a single file, from
 * another server.
 */
export interface WasmBinaries {
  /** `@treadle/runtime/threaded-simd.wasm`, tfjs's backend, used if memory can be shared. */
  readonly threadedSimd?: WasmSource | undefined
  /** `@treadle/runtime/simd.wasm`, the same for one thread. If only this one is given, memory is not shared. */
  readonly simd?: WasmSource | undefined
  /** `@treadle/kernels/kernels.wasm`, which compiled programs run in memory that is not shared. */
  readonly kernels?: WasmSource | undefined
  /** `@treadle/kernels/kernels.shared.wasm`, the same for shared memory. Default: `kernels`, if it is given. */
  readonly sharedKernels?: WasmSource | undefined
}

// Each URL is a complete expression: bundlers search for this pattern.
const packaged = {
  threadedSimd: () => new URL('../dist/wasm/threaded-simd.wasm', import.meta.url),
  simd: () => new URL('../dist/wasm/simd.wasm', import.meta.url),
}

/**
 * Reads and compiles a binary.
 * @throws TreadleError `RUNTIME_BINARY_UNREADABLE`, `RUNTIME_BINARY_INVALID`
 */
export async function compileBinary(
  name: keyof typeof packaged,
  source: WasmSource | undefined,
  signal: AbortSignal,
): Promise<WebAssembly.Module> {
  const given: WasmSource = source ?? packaged[name]()
  if (isModule(given)) return checkBinary(name, 'the given module', given)
  const located = typeof given === 'string' || given instanceof URL
  const bytes = located ? await readBinary(name, given, signal) : (given as BufferSource)
  const what = located ? String(given) : `${bytes.byteLength} bytes`
  let binary: WebAssembly.Module
  try {
    binary = await WebAssembly.compile(bytes)
  } catch (error) {
    throw invalid(name, what, `it does not compile: ${(error as Error).message}`, error)
  }
  return checkBinary(name, what, binary)
}

/** Whether a value is a compiled module, also of another realm. */
function isModule(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]'
}

/** Both binaries export the function that starts the threads. Only the threaded one imports its memory. */
function checkBinary(
  name: keyof typeof packaged,
  what: string,
  binary: WebAssembly.Module,
): WebAssembly.Module {
  const starts = WebAssembly.Module.exports(binary).some((item) => item.name === 'init_with_threads_count')
  const importsMemory = WebAssembly.Module.imports(binary).some((item) => item.kind === 'memory')
  if (!starts) throw invalid(name, what, "it is not a binary of tfjs's WASM backend")
  if (importsMemory !== (name === 'threadedSimd'))
    throw invalid(name, what, `it is the ${importsMemory ? 'threadedSimd' : 'simd'} binary`)
  return binary
}

function invalid(name: string, what: string, reason: string, cause?: unknown): TreadleError {
  return new TreadleError(
    'RUNTIME_BINARY_INVALID',
    `Using ${what} as the ${name} binary failed: ${reason}. Serve the file that this version of @treadle/runtime ships in dist/wasm, unchanged.`,
    { cause },
  )
}

async function readBinary(name: string, location: string | URL, signal: AbortSignal): Promise<BufferSource> {
  try {
    return await platform.readBytes(new URL(location, globalThis.location?.href), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new TreadleError(
      'RUNTIME_BINARY_UNREADABLE',
      `Reading the ${name} binary from ${location} failed: ${(error as Error).message}. Copy dist/wasm of @treadle/runtime to a readable location, or pass startRuntime({ wasm: { ${name}: … } }).`,
      { cause: error },
    )
  }
}
