import { createMemory, type KernelMemory } from '@treadle/kernels'
import { startPool, type KernelPool } from './pool/pool.ts'
import type { Runtime } from './runtime.ts'

/** Memory for compiled programs, and the threads that run them. */
export interface KernelHost extends KernelMemory {
  readonly runner: KernelPool
}

/**
 * Where compiled programs run: in the runtime's memory and on its threads, or without a runtime in a memory of their
 * own on the calling thread. There is nothing to dispose of: the threads end with the runtime, the memory with its
 * last program.
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
