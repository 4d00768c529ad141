import type { KernelMemory } from '@treadle/kernels'
import { startPool, type KernelPool, type PoolOptions } from './pool.ts'

/** A pool that the first `get` starts. After a failed start, the next `get` tries again. */
export class LazyPool {
  readonly #host: KernelMemory
  readonly #options: PoolOptions
  #pool: Promise<KernelPool> | undefined

  constructor(host: KernelMemory, options: PoolOptions) {
    this.#host = host
    this.#options = options
  }

  get(): Promise<KernelPool> {
    this.#pool ??= startPool(this.#host, this.#options).catch((error: unknown) => {
      this.#pool = undefined
      throw error
    })
    return this.#pool
  }

  async dispose(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined)
    this.#pool = undefined
    await pool?.dispose()
  }
}
