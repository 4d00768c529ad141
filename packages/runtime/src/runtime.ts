import { TreadleError, show } from '@treadle/core'
import type { BackendName } from './backend-name.ts'
import type { Instance } from './instantiate.ts'
import type { RuntimeNote } from './platform.ts'
import type { KernelPool } from './pool/pool.ts'

/** A running TensorFlow.js backend. Other code can allocate blocks in its memory. */
export interface Runtime {
  readonly backendName: BackendName
  readonly simd: true
  /** Whether compiled programs may use fused multiply-add, so that their bits depend on the processor. */
  readonly fastMath: boolean
  /** Whether V8 pairs 128-bit operations: compiled programs run faster with the same bits, and no operation of TensorFlow.js runs. */
  readonly wideSimd: boolean
  /** Number of compute threads, the calling thread included, as the running backend reports it. */
  readonly threads: number
  /** The `threads` option of the start: a number or `auto`. */
  readonly requestedThreads: 'auto' | number
  /** Whether `memory` can be shared with workers. */
  readonly shared: boolean
  /** The memory of all tensors of this backend. It may grow, so do not keep a view of its buffer across calls. */
  readonly memory: WebAssembly.Memory
  /** Maximum size of `memory` in bytes. */
  readonly maximumMemory: number
  /** One note for each feature that is off, with the reason. Empty if all features are on. */
  readonly notes: readonly RuntimeNote[]
  /**
   * Allocates an uninitialised block in `memory`.
   *
   * @param bytes an integer from 0 to 4,294,967,232
   * @returns an address divisible by 64
   * @throws TreadleError `RUNTIME_OUT_OF_MEMORY`, `RUNTIME_BAD_OPTION`, `RUNTIME_DISPOSED`
   */
  readonly allocate: (bytes: number) => number
  /** Frees a block of `allocate`. @throws TreadleError `RUNTIME_BAD_ADDRESS` for any other address */
  readonly free: (address: number) => void
  /**
   * Returns the pool of `threads` threads that runs compiled programs in `memory`. The first call starts the threads;
   * they end with the runtime.
   *
   * @throws TreadleError `RUNTIME_THREAD_FAILED`, `KERNELS_NOT_LOADED`
   */
  kernelPool(): Promise<KernelPool>
  /**
   * Releases one start. The last release ends the threads, removes the backend and its tensors from TensorFlow.js, and
   * activates the previous backend. Further calls have no effect.
   */
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Throws for anything but a runtime.
 * @param operation the function that takes it: the message begins with it
 * @throws TreadleError `RUNTIME_BAD_OPTION`
 */
export function checkRuntime(operation: string, runtime: Runtime): void {
  if (typeof (runtime as Partial<Runtime> | null)?.kernelPool === 'function') return
  throw new TreadleError(
    'RUNTIME_BAD_OPTION',
    `${operation}: \`runtime\` (=${show(runtime)}) is no runtime. Give what \`await startRuntime()\` returns.`,
  )
}

const ALIGNMENT = 64

/** Allocates aligned blocks on the heap of a module. */
export class Arena {
  readonly #instance: Instance
  /** The result of malloc for each aligned address. */
  readonly #blocks = new Map<number, number>()
  #closed = false

  constructor(instance: Instance) {
    this.#instance = instance
  }

  allocate(bytes: number): number {
    if (this.#closed) {
      throw new TreadleError(
        'RUNTIME_DISPOSED',
        `Allocating ${bytes} bytes failed: the runtime was disposed. Start a runtime again.`,
      )
    }
    if (!Number.isInteger(bytes) || bytes < 0) {
      throw new TreadleError('RUNTIME_BAD_OPTION', `\`bytes\` (=${show(bytes)}) must be an integer ≥ 0.`)
    }
    if (bytes > 2 ** 32 - ALIGNMENT) {
      throw new TreadleError(
        'RUNTIME_OUT_OF_MEMORY',
        `WebAssembly memory has no room for ${bytes.toLocaleString('en')} more bytes (it has 4,294,967,296 bytes at most). Use a smaller batch or a smaller network.`,
      )
    }
    const block = this.#instance.module.allocate(bytes + ALIGNMENT)
    const address = Math.ceil(block / ALIGNMENT) * ALIGNMENT
    this.#blocks.set(address, block)
    return address
  }

  free(address: number): void {
    if (this.#closed) return
    const block = this.#blocks.get(address)
    if (block === undefined) {
      throw new TreadleError(
        'RUNTIME_BAD_ADDRESS',
        `Freeing address ${address} failed: \`allocate\` did not return this address, or it was freed before. Free each block once.`,
      )
    }
    this.#blocks.delete(address)
    this.#instance.module.asm.free(block)
  }

  close(): void {
    this.#closed = true
    this.#blocks.clear()
  }
}
