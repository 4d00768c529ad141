import { TreadleError } from '@treadle/core'
import { platform } from '#platform'
import { compileBinary } from './binaries.ts'
import type { WasmBinaries } from './binaries.ts'
import { requireSimd } from './features.ts'
import { instantiate } from './instantiate.ts'
import { planStart } from './plan.ts'
import { LazyPool } from './pool/lazy-pool.ts'
import { Arena } from './runtime.ts'
import type { Runtime } from './runtime.ts'

export interface StartOptions {
  /** Threads that compute, the calling one included: 1 to 8, or `auto` (the default) for one a core, 8 at most. */
  readonly threads?: 'auto' | number
  /** Bytes that memory may grow to, 16 MiB to 4 GiB (the default). */
  readonly maximumMemory?: number
  /**
   * Lets compiled programs multiply and add in one rounding where the processor can (relaxed SIMD): faster on some, but
   * the same seed gives other bits on other processors. Off unless asked for.
   */
  readonly fastMath?: boolean
  /** Where the binaries are, if not in this package's dist/wasm. */
  readonly wasm?: WasmBinaries
  /** Milliseconds after which a start, or later an operation that waits for a thread, fails; 30,000 unless given. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

/** All of a runtime but `dispose`, and what ends it. */
export interface Started {
  readonly facts: Omit<Runtime, 'dispose' | typeof Symbol.asyncDispose>
  readonly close: () => Promise<void>
}

/**
 * Brings the backend up. Stops when `controller` is aborted, with its reason; aborts it itself after the time-out.
 * Whatever it throws, nothing stays behind.
 */
export async function bringUp(options: StartOptions, controller: AbortController): Promise<Started> {
  const {
    threads: requestedThreads = 'auto',
    maximumMemory,
    fastMath = false,
    wasm,
    timeout = 30_000,
  } = options
  const { signal } = controller
  signal.throwIfAborted()
  requireSimd(fastMath)
  const plan = planStart(requestedThreads, maximumMemory)
  const { threads, memory: shared } = plan
  const name = shared ? 'threadedSimd' : 'simd'
  // Unlike AbortSignal.timeout this also keeps the process alive until the threads, which do not, are there.
  const timer = setTimeout(() => controller.abort(timedOut(timeout, threads)), timeout)
  const undo: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    const binary = await compileBinary(name, wasm?.[name], signal)
    const instance = await instantiate({ ...plan, binary, timeout, signal })
    undo.push(() => instance.stop())
    const { BACKEND_NAME, registerBackend } = await import('./backend.ts')
    undo.push(await registerBackend(instance))
    signal.throwIfAborted()
    const arena = new Arena(instance)
    undo.push(async () => arena.close())
    const host = {
      memory: instance.memory,
      allocate: (bytes: number) => arena.allocate(bytes),
      free: (address: number) => arena.free(address),
    }
    const pool = new LazyPool(host, {
      threads: instance.threads,
      cores: platform.cores(),
      relaxed: fastMath,
    })
    undo.push(() => pool.dispose())
    return {
      facts: {
        backendName: BACKEND_NAME,
        simd: true,
        fastMath,
        threads: instance.threads,
        requestedThreads,
        shared: shared !== undefined,
        memory: instance.memory,
        maximumMemory: plan.maximumMemory,
        notes: plan.notes,
        allocate: host.allocate,
        free: host.free,
        kernelPool: () => pool.get(),
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function timedOut(timeout: number, threads: number): TreadleError {
  const what = threads === 1 ? 'its binary' : `its binary and ${threads - 1} workers`
  return new TreadleError(
    'RUNTIME_TIMEOUT',
    `Starting the runtime took longer than ${timeout} ms: ${what} did not load. Look whether dist/wasm is served and a Content-Security-Policy lets workers load from it, or allow a longer \`timeout\`.`,
  )
}
