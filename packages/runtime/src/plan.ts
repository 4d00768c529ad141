import { TreadleError, show } from '@treadle/core'
import { platform } from '#platform'
import { hasAtomics } from './features.ts'
import { LARGEST_MEMORY, createSharedMemory, memoryPages } from './memory.ts'
import type { RuntimeNote } from './platform.ts'

/** Size of the thread pool in the binary. */
const MOST_THREADS = 8

/** @throws TreadleError `RUNTIME_BAD_OPTION` */
export function checkThreads(threads: unknown): asserts threads is 'auto' | number {
  if (threads === 'auto') return
  if (Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= MOST_THREADS) return
  throw new TreadleError(
    'RUNTIME_BAD_OPTION',
    `\`threads\` (=${show(threads)}) must be 'auto' or an integer from 1 to ${MOST_THREADS}.`,
  )
}

/** The threads and the memory that a start would use on this machine. */
export interface Plan {
  readonly threads: number
  /** Undefined if memory cannot be shared. */
  readonly memory: WebAssembly.Memory | undefined
  /** Bytes. */
  readonly maximumMemory: number
  readonly notes: readonly RuntimeNote[]
}

/**
 * Decides the number of threads, and creates the shared memory.
 * @param maximumMemory bytes
 * @param alone whether the caller has the binary for one thread only
 * @throws TreadleError `RUNTIME_BAD_OPTION`
 */
export function planStart(
  threads: 'auto' | number = 'auto',
  maximumMemory: number = LARGEST_MEMORY,
  alone = false,
): Plan {
  checkThreads(threads)
  const pages = memoryPages(maximumMemory)
  const notes: RuntimeNote[] = []
  const obstacle = alone ? onlyOneThread : sharingObstacle()
  const shared = obstacle ? undefined : createSharedMemory(pages)
  if (obstacle) notes.push(obstacle)
  else if (!shared) {
    notes.push({
      code: 'NO_SHARED_MEMORY',
      message:
        'Threads are off: the engine could not create a shared WebAssembly memory. Close other programs or tabs, or allow shared memory if a policy forbids it.',
    })
  } else if (shared.pages < pages) {
    notes.push({
      code: 'SMALLER_MEMORY',
      message: `Memory can grow to only ${shared.pages / 16} MiB: the engine could not reserve ${pages / 16} MiB of address space. If you need more, close other programs or tabs.`,
    })
  }
  if (threads === 'auto' && shared && platform.cores() === 1) {
    notes.push({
      code: 'ONE_CORE',
      message: 'One thread runs: this process can use only one core. Set `threads` to start more.',
    })
  }
  return {
    threads: shared ? threadsFor(threads) : 1,
    memory: shared?.memory,
    maximumMemory: (shared?.pages ?? pages) * 65_536,
    notes,
  }
}

const onlyOneThread: RuntimeNote = {
  code: 'ONE_THREAD_BINARY',
  message:
    'Threads are off: of the binaries only `wasm.simd` was given. Give `wasm.threadedSimd` and `wasm.sharedKernels` too.',
}

/** The number of threads that a number or `auto` stands for. */
export function threadsFor(threads: 'auto' | number): number {
  return threads === 'auto' ? Math.min(platform.cores(), MOST_THREADS) : threads
}

/** Why memory cannot be shared between threads; undefined if it can. */
export function sharingObstacle(): RuntimeNote | undefined {
  if (platform.obstacle) return platform.obstacle
  if (hasAtomics() && typeof SharedArrayBuffer === 'function') return undefined
  return {
    code: 'NO_ATOMICS',
    message:
      'Threads are off: this engine does not support WebAssembly threads. Use Node.js ≥ 20.19, Chrome or Edge ≥ 91, Firefox ≥ 89 or Safari ≥ 16.4.',
  }
}
