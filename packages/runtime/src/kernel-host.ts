import { createMemory, type KernelMemory } from '@treadle/kernels'
import { startPool, type KernelPool } from './pool/pool.ts'
import type { Runtime } from './runtime.ts'

/** Memory for compiled programs, and the pool of threads that runs them. */
export interface KernelHost extends KernelMemory {
  readonly runner: KernelPool
}

/**
 * Returns memory and threads for compiled programs. With a runtime these are its memory and its threads. Without a
 * runtime the programs run in a new memory on the calling thread. You need not dispose the result: the threads end with
 * the runtime, and the garbage collector frees a new memory.
 *
 * @throws TreadleError `RUNTIME_THREAD_FAILED`, `KERNELS_NOT_LOADED`
 */
export async function kernelHost(runtime?: Runtime): Promise<KernelHost> {
  if (runtime) {
    const { memory, allocate, free } = runtime
    return { memory, allocate, free, runner: await runtime.kernelPool() }
  }
  const own = createMemory({ shared: false })
  return {
    memory: own.memory,
    allocate: (bytes) => own.allocate(bytes),
    free: (address) => own.free(address),
    runner: await startPool(own, { threads: 1 }),
  }
}
