import { checkOptions } from '@treadle/core'
import { createMemory, type KernelMemory, type KernelsBinary } from '@treadle/kernels'
import { platform } from '#platform'
import { checkThreads, sharingObstacle, threadsFor } from './plan.ts'
import { startPool, type KernelPool } from './pool/pool.ts'
import { checkRuntime, type Runtime } from './runtime.ts'

/** Memory for compiled programs, and the pool of threads that runs them. */
export interface KernelHost extends KernelMemory {
  readonly runner: KernelPool
  /** Ends the threads. Those of a runtime end with the runtime. */
  dispose(): Promise<void>
}

export interface KernelHostOptions {
  /** Compute threads of a new memory: 1 (the default) to 8, or `auto`. Without shared memory there is one. */
  readonly threads?: 'auto' | number | undefined
  /** The binary for one thread. Default: the file of @treadle/kernels. */
  readonly kernels?: KernelsBinary | undefined
  /** The binary for several threads. Default: `kernels`, or else the file of @treadle/kernels. */
  readonly sharedKernels?: KernelsBinary | undefined
}

/**
 * Returns memory and threads for compiled programs. With a runtime these are its memory and its threads. Without a
 * runtime the programs run in a new memory, which the garbage collector frees after `dispose`.
 *
 * @throws TreadleError `RUNTIME_THREAD_FAILED`, `RUNTIME_BAD_OPTION`, `KERNELS_NOT_LOADED`
 */
export async function kernelHost(runtime?: Runtime, options: KernelHostOptions = {}): Promise<KernelHost> {
  checkOptions('kernelHost', options, { threads: 'any', kernels: 'any', sharedKernels: 'any' })
  if (runtime !== undefined) {
    checkRuntime('kernelHost', runtime)
    const { memory, allocate, free } = runtime
    return { memory, allocate, free, runner: await runtime.kernelPool(), dispose: async () => {} }
  }
  const { threads = 1, kernels, sharedKernels } = options
  checkThreads(threads)
  const wanted = threadsFor(threads)
  const shared = wanted > 1 ? sharedMemory() : undefined
  const own = shared ?? createMemory({ shared: false })
  const runner = await startPool(own, {
    threads: wanted,
    cores: platform.cores(),
    binary: shared ? (sharedKernels ?? kernels) : kernels,
  })
  return {
    memory: own.memory,
    allocate: (bytes) => own.allocate(bytes),
    free: (address) => own.free(address),
    runner,
    dispose: () => runner.dispose(),
  }
}

/** The engine reserves address space for the maximum, of which phones have little. */
const MAXIMA = [2 ** 32, 2 ** 30, 2 ** 28]

/** @returns undefined where memory cannot be shared */
function sharedMemory(): KernelMemory | undefined {
  if (sharingObstacle()) return undefined
  for (const maximumBytes of MAXIMA) {
    try {
      return createMemory({ shared: true, maximumBytes })
    } catch (error) {
      if (!(error instanceof RangeError)) return undefined
    }
  }
  return undefined
}
