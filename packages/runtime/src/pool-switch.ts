import type { TfjsModule } from './tfjs-module.ts'

/** Multiplications and additions from which a second thread gains more than it costs to wake: about 0.15 ms of work. */
const WORTH_THREADS = 2 ** 20

/** Where the module's static variables start. */
const STATICS = 1024

/**
 * Turns the threads of tfjs's module on for large operations only.
 *
 * XNNPACK gives every operation to the thread pool, and threads that were asleep, or whose core another program uses,
 * make a small one wait: 4 ms instead of 0.25 ms for a product [896, 30] · [30, 30] on a busy machine, 0.05 ms on a
 * quiet one. Without a pool the same code runs on the calling thread and gives the same bits.
 *
 * The C++ keeps its pool in a static variable that it does not export. The one is meant that, set to null, changes what
 * `get_threads_count` returns; should none be found, all operations use all threads, as they would anyway.
 */
export class PoolSwitch {
  readonly #module: TfjsModule
  /** Index of the variable among the heap's words; undefined where there is nothing to switch. */
  readonly #word: number | undefined
  readonly #pool: number

  constructor(module: TfjsModule, threads: number) {
    this.#module = module
    this.#word = threads > 1 ? findPool(module, threads) : undefined
    this.#pool = this.#word === undefined ? 0 : (module.HEAP32[this.#word] as number)
    this.#set(0)
  }

  get found(): boolean {
    return this.#word !== undefined
  }

  /**
   * Runs `operation`, on all threads if its `work` (multiplications and additions) is worth it.
   * @throws TreadleError what `TfjsModule.check` throws
   */
  run<Result>(work: number, operation: () => Result): Result {
    if (work >= WORTH_THREADS) this.#set(this.#pool)
    try {
      const result = operation()
      this.#module.check()
      return result
    } finally {
      this.#set(0)
    }
  }

  #set(pool: number): void {
    if (this.#word !== undefined) this.#module.HEAP32[this.#word] = pool
  }
}

function findPool(module: TfjsModule, threads: number): number | undefined {
  const words = module.HEAP32
  const heap = module.allocate(8)
  module.asm.free(heap)
  for (let i = STATICS / 4; i < heap / 4; i++) {
    // A pool lies on the heap, at the start of a cache line.
    const value = words[i] as number
    if (value <= STATICS || value >= heap || value % 64 !== 0) continue
    words[i] = 0
    const met = module.tfjs.getThreadsCount() !== threads
    words[i] = value
    if (met) return i
  }
  return undefined
}
