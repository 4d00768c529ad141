import { TreadleError } from '@treadle/core'
import { platform } from '#platform'
import { wide } from '#wide-simd'
import { compileBinary } from './binaries.ts'
import { requireSimd } from './features.ts'
import { instantiate } from './instantiate.ts'
import { KernelCalls } from './kernel-calls.ts'
import { planStart } from './plan.ts'
import { LazyPool } from './pool/lazy-pool.ts'
import { Arena } from './runtime.ts'
import type { Started, StartOptions } from './start-options.ts'

/**
 * Starts the backend. An abort of `controller` stops the start, which then rejects with the abort reason. After
 * `timeout` the function aborts `controller` itself. If it throws, it first releases everything it created.
 */
export async function bringUp(options: StartOptions, controller: AbortController): Promise<Started> {
  const {
    threads: requestedThreads = 'auto',
    maximumMemory,
    fastMath = false,
    wideSimd = false,
    wasm,
    timeout = 30_000,
  } = options
  const { signal } = controller
  signal.throwIfAborted()
  requireSimd(fastMath)
  wide.check(wideSimd, fastMath)
  if (wideSimd) return wide.start(options, signal)
  const onlySimd = wasm?.simd !== undefined && wasm.threadedSimd === undefined
  const plan = planStart(requestedThreads, maximumMemory, onlySimd)
  const { threads, memory: shared } = plan
  const name = shared ? 'threadedSimd' : 'simd'
  // The threads do not keep the process alive, nor does AbortSignal.timeout. This timer does, until they have started.
  const timer = setTimeout(() => controller.abort(timedOut(timeout, threads)), timeout)
  const undo: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    const binary = await compileBinary(name, wasm?.[name], signal)
    const instance = await instantiate({ ...plan, binary, timeout, signal })
    undo.push(() => instance.stop())
    const arena = new Arena(instance)
    undo.push(async () => arena.close())
    const host = {
      memory: instance.memory,
      allocate: (bytes: number) => arena.allocate(bytes),
      free: (address: number) => arena.free(address),
    }
    const { threads: started } = instance
    const kernels = {
      relaxed: fastMath,
      binary: shared ? (wasm?.sharedKernels ?? wasm?.kernels) : wasm?.kernels,
    }
    const pool = new LazyPool(host, {
      threads: started,
      cores: platform.cores(),
      patience: timeout / 1000,
      ...kernels,
    })
    undo.push(() => pool.dispose())
    const calls = await KernelCalls.load(host, {
      shared: shared !== undefined,
      threads: started,
      pool,
      ...kernels,
    })
    const { registerBackend } = await import('./backend.ts')
    const backend = await registerBackend(instance, calls)
    undo.push(() => backend.remove())
    signal.throwIfAborted()
    return {
      facts: {
        backendName: backend.name,
        simd: true,
        fastMath,
        wideSimd: false,
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
    `Starting the runtime took longer than ${timeout} ms: ${what} did not load. Check that dist/wasm is served and that the Content-Security-Policy lets workers load from it, or pass a longer \`timeout\`.`,
  )
}
