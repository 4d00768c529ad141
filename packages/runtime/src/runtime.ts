import { TreadleError } from '@treadle/core'
import type { Instance } from './instantiate.ts'
import type { RuntimeNote } from './platform.ts'
import type { KernelPool } from './pool/pool.ts'

/** A running backend: TensorFlow.js's, in one memory with whoever else asks for room in it. */
export interface Runtime {
  readonly backendName: 'treadle-wasm'
  readonly simd: true
  /** Whether compiled programs may round products and sums at once, so that their bits depend on the processor. */
  readonly fastMath: boolean
  /** Threads that compute, the calling one included; asked from the running backend. */
  readonly threads: number
  /** What was asked for: a number, or `auto`. */
  readonly requestedThreads: 'auto' | number
  /** Whether `memory` can be shared with workers. */
  readonly shared: boolean
  /** The memory that all tensors of this backend lie in. Keep no view of its buffer across a call: it may grow. */
  readonly memory: WebAssembly.Memory
  /** The bytes that `memory` can grow to. */
  readonly maximumMemory: number
  /** What is off, and why. Empty where all is as it should be. */
  readonly notes: readonly RuntimeNote[]
  /**
   * Reserves room in `memory`, uninitialised.
   *
   * @param bytes an integer ≥ 0
   * @returns an address divisible by 64
   * @throws TreadleError `RUNTIME_OUT_OF_MEMORY`, `RUNTIME_BAD_OPTION`, `RUNTIME_DISPOSED`
   */
  readonly allocate: (bytes: number) => number
  /** Gives back what `allocate` returned. @throws TreadleError `RUNTIME_BAD_ADDRESS` for anything else */
  readonly free: (address: number) => void
  /**
   * The threads that run compiled programs in `memory`: as many as `threads`, started when first asked for, ended
   * with the runtime.
   *
   * @throws TreadleError `RUNTIME_THREAD_FAILED`, `KERNELS_NOT_LOADED`
   */
  kernelPool(): Promise<KernelPool>
  /**
   * Lets go of one start. With the last, threads end, the backend is removed from TensorFlow.js, its tensors are gone,
   * and the backend that was active before is so again. More calls than starts do nothing.
   */
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const ALIGNMENT = 64

/** Hands out aligned pieces of a module's heap. */
export class Arena {
  readonly #instance: Instance
  /** What malloc returned for each aligned address handed out. */
  readonly #blocks = new Map<number, number>()
  #closed = false

  constructor(instance: Instance) {
    this.#instance = instance
  }

  allocate(bytes: number): number {
    if (this.#closed) {
      throw new TreadleError(
        'RUNTIME_DISPOSED',
        `Allocating ${bytes} bytes failed: the runtime was disposed; start one again.`,
      )
    }
    if (!Number.isInteger(bytes) || bytes < 0 || bytes > 2 ** 32 - ALIGNMENT) {
      throw new TreadleError(
        'RUNTIME_BAD_OPTION',
        `\`bytes\` (=${bytes}) must be an integer from 0 to 4294967232.`,
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
        `Freeing address ${address} failed: \`allocate\` did not return it, or it was freed before.`,
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
