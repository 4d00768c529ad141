import {
  compileKernels,
  instantiateKernels,
  sequenceBytes,
  setSequence,
  writeSequence,
  type KernelMemory,
  type Kernels,
  type Sequence,
} from '@treadle/kernels'
import type { LazyPool } from './pool/lazy-pool.ts'
import type { KernelPool } from './pool/pool.ts'

/** From this number of multiply-adds on, a second thread saves more time than waking it costs. */
const WORTH_THREADS = 2 ** 20

type Binary = Parameters<typeof compileKernels>[0]

/**
 * Runs single sequences of kernels at once, as TensorFlow.js's kernels must. The first sequence that is worth threads
 * starts them; until they run, the calling thread works alone. The bits are the same.
 */
export class KernelCalls {
  readonly host: KernelMemory
  readonly #loaded: Kernels | { readonly error: unknown }
  readonly #pool: LazyPool
  /** Threads that run a sequence at most. */
  readonly threads: number
  #running: KernelPool | undefined
  #asked = false

  private constructor(
    host: KernelMemory,
    loaded: Kernels | { readonly error: unknown },
    pool: LazyPool,
    threads: number,
  ) {
    this.host = host
    this.#loaded = loaded
    this.#pool = pool
    this.threads = threads
  }

  /** Loads the kernels. A failure is thrown by the first `run`: other kernels of the backend work without them. */
  static async load(
    host: KernelMemory,
    { pool, threads, ...binary }: Binary & { readonly pool: LazyPool; readonly threads: number },
  ): Promise<KernelCalls> {
    const loaded = await compileKernels(binary)
      .then((module) => instantiateKernels(module, host.memory))
      .catch((error: unknown) => ({ error }))
    return new KernelCalls(host, loaded, pool, threads)
  }

  /**
   * @param work number of multiply-adds
   * @throws TreadleError `KERNELS_NOT_LOADED`, `RUNTIME_OUT_OF_MEMORY`, `RUNTIME_THREAD_FAILED`
   */
  run(sequence: Sequence, work: number): void {
    if ('error' in this.#loaded) throw this.#loaded.error
    const address = this.host.allocate(sequenceBytes(sequence))
    try {
      writeSequence(this.host.memory, address, sequence)
      setSequence(this.host.memory, address, { sampleCount: sequence.batchSize })
      if (work >= WORTH_THREADS && this.#startedPool()?.runNow(address)) return
      this.#loaded.run(address, 0, 1, 0, 1)
    } finally {
      this.host.free(address)
    }
  }

  #startedPool(): KernelPool | undefined {
    if (!this.#asked && this.threads > 1) {
      this.#asked = true
      // Without threads the calling thread works alone.
      this.#pool.get().then(
        (pool) => (this.#running = pool),
        () => {},
      )
    }
    return this.#running
  }
}
