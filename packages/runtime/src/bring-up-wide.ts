import { createMemory } from '@treadle/kernels'
import { platform } from '#platform'
import type { Started, StartOptions } from './start-options.ts'
import { planStart } from './plan.ts'
import { LazyPool } from './pool/lazy-pool.ts'

/**
 * Starts a runtime for compiled programs only: its memory and threads are those of the kernels, and TensorFlow.js gets a backend
 * that stores tensors. No other WebAssembly runs.
 */
export async function bringUpWide(
  { threads: requestedThreads = 'auto', maximumMemory, wasm, timeout = 30_000 }: StartOptions,
  signal: AbortSignal,
): Promise<Started> {
  const { memory, maximumMemory: maximumBytes, threads, notes } = planStart(requestedThreads, maximumMemory)
  const shared = memory !== undefined
  const host = createMemory({ shared, maximumBytes })
  const pool = new LazyPool(host, {
    threads,
    cores: platform.cores(),
    patience: timeout / 1000,
    binary: shared ? (wasm?.sharedKernels ?? wasm?.kernels) : wasm?.kernels,
  })
  const { registerStore } = await import('./tensor-store.ts')
  try {
    // Known answers are checked here, before anything depends on them.
    await pool.get()
    signal.throwIfAborted()
  } catch (error) {
    await pool.dispose()
    throw error
  }
  const backend = await registerStore()
  return {
    facts: {
      backendName: backend.name,
      simd: true,
      wideSimd: true,
      fastMath: false,
      threads,
      requestedThreads,
      shared,
      memory: host.memory,
      maximumMemory: maximumBytes,
      notes,
      allocate: (bytes) => host.allocate(bytes),
      free: (address) => host.free(address),
      kernelPool: () => pool.get(),
    },
    close: async () => {
      await backend.remove()
      await pool.dispose()
    },
  }
}
