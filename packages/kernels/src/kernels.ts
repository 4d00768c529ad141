import { TreadleError } from '@treadle/core'
import { readBinary } from '#platform'
import { fingerprint } from './manifest/index.ts'

/** Functions of the WASM module, bound to one memory. Addresses are bytes in it. */
export interface Kernels {
  /**
   * Runs steps `from` to before `to` of the sequence at `sequence` as thread `thread` of `threads`.
   * @returns 0, or 1 where another thread failed or did not come in time
   */
  run(sequence: number, from: number, to: number, thread: number, threads: number): number
  /** Runs the one instruction at `instruction` for a step, all shards. */
  runInstruction(sequence: number, step: number, instruction: number): void
  /** Makes every thread that meets at `barrier` stop. */
  poison(barrier: number): void
}

/** Who runs sequences over threads: the pool of @treadle/runtime. */
export interface SequenceRunner {
  readonly threads: number
  /** The kernels its threads have. */
  readonly module: WebAssembly.Module
  /** Whether the engine pairs vectors: see `instantiateKernels`. */
  readonly paired?: boolean | undefined
  /** Runs steps `from` to before `to`. Rejects if a thread fails; the sequence's barrier is then good again. */
  run(sequence: number, from: number, to: number): Promise<void>
}

/** The module itself, its bytes, or where to find them. */
export type KernelsBinary = WebAssembly.Module | BufferSource | URL | string

/**
 * Compiles the kernels.
 * @param options.shared whether they are to run in a shared memory: such a module does not link to an unshared
 * memory, nor the other way round
 * @param options.relaxed whether products may use relaxed SIMD, where multiplication and addition may be one rounding:
 * faster on some processors, with bits of their own. The engine must have it (Node.js 21, Chrome 114)
 * @param options.binary another place or form of the binary in `dist/` that `shared` and `relaxed` choose
 * @throws TreadleError `KERNELS_NOT_LOADED`
 */
export async function compileKernels({
  shared,
  relaxed = false,
  binary,
}: {
  shared: boolean
  relaxed?: boolean | undefined
  binary?: KernelsBinary | undefined
}): Promise<WebAssembly.Module> {
  if (isModule(binary)) return binary
  const source = binary ?? ownBinary(shared, relaxed)
  const isBytes = typeof source !== 'string' && !(source instanceof URL)
  try {
    // No `import.meta.url` here: beside an address that is not written out, it makes webpack bundle a lookup.
    return await WebAssembly.compile(
      isBytes ? source : await readBinary(new URL(source, globalThis.location?.href)),
    )
  } catch (cause) {
    throw new TreadleError(
      'KERNELS_NOT_LOADED',
      `The WASM kernels could not be loaded from ${isBytes ? 'the bytes given' : String(source)}: ${String(cause)}. ` +
        `WebAssembly ${relaxed ? 'relaxed SIMD' : 'SIMD'} is needed; if the file is elsewhere, pass \`startRuntime({ wasm: { kernels } })\` or \`Classifier.load(…, { binaries: { kernels } })\`.`,
      { cause },
    )
  }
}

/** Whether a value is a compiled module, also of another realm. */
function isModule(value: unknown): value is WebAssembly.Module {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]'
}

/** '../dist' is right from both src/ and dist/. Bundlers look for exactly these expressions. */
function ownBinary(shared: boolean, relaxed: boolean): URL {
  if (relaxed) {
    return shared
      ? new URL('../dist/kernels.shared.relaxed.wasm', import.meta.url)
      : new URL('../dist/kernels.relaxed.wasm', import.meta.url)
  }
  return shared
    ? new URL('../dist/kernels.shared.wasm', import.meta.url)
    : new URL('../dist/kernels.wasm', import.meta.url)
}

/**
 * Binds a compiled module to a memory.
 * @param options.paired whether the engine pairs vectors into 256-bit ones: products then use larger tiles. The bits are the same
 * @throws TreadleError `KERNELS_NOT_LOADED` where the two do not fit, `KERNELS_OTHER_VERSION` where the module is of a build
 * whose instructions differ from those of this package: it would read sequences wrongly
 */
export async function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  { paired = false }: { paired?: boolean | undefined } = {},
): Promise<Kernels> {
  let instance: WebAssembly.Instance
  try {
    instance = await WebAssembly.instantiate(module, { env: { memory } })
  } catch (cause) {
    throw new TreadleError(
      'KERNELS_NOT_LOADED',
      `The WASM kernels do not link to this memory: ${String(cause)}. A shared memory needs kernels.shared.wasm, an unshared one kernels.wasm.`,
      { cause },
    )
  }
  const found: unknown = instance.exports['manifest']
  if (!(found instanceof WebAssembly.Global) || found.value !== fingerprint) {
    throw new TreadleError(
      'KERNELS_OTHER_VERSION',
      'The WASM kernels are of another version than @treadle/kernels: their instructions differ. Use the binary in the dist folder of the installed package; in a checkout, build the package again.',
    )
  }
  if (paired) (instance.exports['paired'] as WebAssembly.Global).value = 1
  return instance.exports as unknown as Kernels
}

/** Whether a memory is shared between threads. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
}
