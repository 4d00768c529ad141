import type { TfjsModule } from './tfjs-module.ts'

/** From this number of multiply-adds on (about 0.15 ms), a second thread saves more time than waking it costs. */
const WORTH_THREADS = 2 ** 20

/** Address at which the module's static variables start. */
const STATICS = 1024

/**
 * Uses the threads of tfjs's module for large operations only.
 *
 * XNNPACK runs every operation on its thread pool. A small operation then waits for threads that sleep or whose core
 * is busy. This takes 0.05 ms on an idle machine. On a busy machine, a product [896, 30] · [30, 30] takes 4 ms instead of
 * 0.25 ms. Without a pool, the same code runs on the calling thread and gives the same bits.
 *
 * The C++ code keeps its pool in a static variable that it does not export. This class searches for the variable: if it
 * is null, `get_threads_count` returns a different number. If the search fails, all operations use all threads.
 */
export class PoolSwitch {
  readonly #module: TfjsModule
  /** Index of the pool variable in HEAP32; undefined with one thread or if the search failed. */
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
   * Runs `operation`, on all threads if `work` (its number of multiply-adds) is large enough.
   * @throws TreadleError everything that `TfjsModule.check` throws
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
    // A pool is on the heap, at the start of a cache line.
    const value = words[i] as number
    if (value <= STATICS || value >= heap || value % 64 !== 0) continue
    words[i] = 0
    const found = module.tfjs.getThreadsCount() !== threads
    words[i] = value
    if (found) return i
  }
  return undefined
}
