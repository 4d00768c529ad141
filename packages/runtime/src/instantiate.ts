// oxlint-disable-next-line typescript/triple-slash-reference -- the sources of other packages import this file without the ambient one
/// <reference path="./wasm-modules.d.ts" />
import { TreadleError } from '@treadle/core'
import { platform } from '#platform'
import { LARGEST_MEMORY } from './memory.ts'
import { PoolSwitch } from './pool-switch.ts'
import type { ImportedFunctions, ModuleSettings, TfjsModule, ThreadPort } from './tfjs-module.ts'

/** Milliseconds of a wait after which the calling thread leaves its core to others. */
const PATIENCE = 0.5

/** An instantiated binary, with or without threads. */
export interface Instance {
  readonly module: TfjsModule
  readonly memory: WebAssembly.Memory
  /** Threads that compute, the calling one included, as the module counts them. */
  readonly threads: number
  readonly pool: PoolSwitch
  /** The number of the next tensor. */
  nextTensor: number
  /** Set once a thread has died or the module has aborted; every use of the module throws it from then on. */
  readonly failure: TreadleError | undefined
  /** Ends the threads and lets go of the module. May be called twice. */
  stop(): Promise<void>
}

export interface InstantiateOptions {
  readonly binary: WebAssembly.Module
  /** How many threads compute, the calling one included. */
  readonly threads: number
  /** The shared memory; without it the unthreaded binary is meant, which brings its own. */
  readonly memory: WebAssembly.Memory | undefined
  readonly maximumMemory: number
  /** Milliseconds the calling thread waits for its threads within one kernel before it gives them up. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/**
 * Instantiates tfjs's module in `memory` and starts its threads.
 * Rejects when `signal` is aborted, with the signal's reason, and when a thread does not start; nothing stays behind.
 *
 * @throws TreadleError `RUNTIME_BINARY_INVALID`, `RUNTIME_THREAD_FAILED`, `RUNTIME_THREADS_UNMET`
 */
export async function instantiate(options: InstantiateOptions): Promise<Instance> {
  const { binary, threads, timeout, signal } = options
  const ports: ThreadPort[] = []
  const output: string[] = []
  let memory = options.memory
  let failure: TreadleError | undefined
  let stopped = false
  let giveUp: (reason: unknown) => void
  const givenUp = new Promise<never>((_, reject) => (giveUp = reject))
  givenUp.catch(() => {})

  const fail = (code: string, message: string, cause?: unknown): void => {
    if (stopped) return
    const details = output.length > 0 ? ` It printed: ${output.join(' ')}` : ''
    failure ??= new TreadleError(code, `${message}${details}`, { cause })
    giveUp(failure)
  }
  const print = (line: string): void => {
    output.push(line)
    if (output.length > 20) output.shift()
  }
  const stop = async (): Promise<void> => {
    stopped = true
    await Promise.all(ports.splice(0).map((port) => port.terminate()))
  }
  let ready = false
  let refused: TreadleError | undefined
  /** tfjs's C++ reports an operation it cannot do, and goes on with a result that nobody wrote. */
  const printErr = (line: string): void => {
    print(line)
    refused = new TreadleError(
      'RUNTIME_KERNEL_REFUSED',
      `tfjs's C++ refused an operation, so its result is void: "${line}". Look at its dtypes, shapes, strides and padding.`,
    )
  }
  /** Or it gives the operation up. The module goes on working, so what was asked for becomes an error and no more. */
  const onAbort = (reason: unknown): void => {
    if (!ready)
      return fail('RUNTIME_BINARY_INVALID', `Starting tfjs's WebAssembly module failed: ${String(reason)}.`)
    refused = undefined
    throw new TreadleError(
      'RUNTIME_KERNEL_REFUSED',
      `tfjs's C++ gave an operation up: "${output.at(-1) ?? String(reason)}". Look at its dtypes, shapes and values.`,
    )
  }
  const check = (): void => {
    waitingSince = undefined
    if (failure) throw failure
    if (!refused) return
    const error = refused
    refused = undefined
    throw error
  }

  let waitingSince: number | undefined
  const overrides = {
    // The binary uses half of the cores reported here at most.
    emscripten_num_logical_cores: () => 2 * threads,
    // Asked all the time while the calling thread waits for the others: the place to end a wait that would never end.
    emscripten_get_now: () => {
      const now = performance.now()
      waitingSince ??= now
      if (now - waitingSince > timeout) {
        fail(
          'RUNTIME_THREAD_FAILED',
          `A thread has not answered for ${timeout} ms; dispose the runtime and start it again.`,
        )
      }
      if (now - waitingSince > PATIENCE) platform.pause(0.1)
      if (failure) throw failure
      return now
    },
    // Called in a wait after another thread has crashed.
    emscripten_unwind_to_js_event_loop: () => {
      fail('RUNTIME_THREAD_FAILED', 'A thread has crashed; dispose the runtime and start it again.')
      throw failure
    },
  }

  const settings: ModuleSettings = {
    instantiateWasm(imports, receive) {
      const environment = {
        ...imports['env'],
        ...overrides,
        emscripten_resize_heap: limited(imports, options.maximumMemory),
      }
      WebAssembly.instantiate(binary, { ...imports, env: environment }).then(
        (instance) => {
          memory ??= instance.exports['memory'] as WebAssembly.Memory
          return receive(instance, binary)
        },
        (error: Error) =>
          fail(
            'RUNTIME_BINARY_INVALID',
            `The binary does not fit its factory: ${error.message}. Serve the files of one version of @treadle/runtime.`,
            error,
          ),
      )
      return {}
    },
    print,
    printErr,
    onAbort,
    ...(options.memory && {
      wasmMemory: options.memory,
      pthreadPoolSize: threads - 1,
      createWorker: () => {
        const port = platform.openThread()
        ports.push(port)
        return port
      },
      onWorkerError: (event) => {
        const reason = (event as { message?: string }).message ?? 'its script could not be loaded'
        fail(
          'RUNTIME_THREAD_FAILED',
          `A thread of the WebAssembly backend has failed: ${reason}. Dispose the runtime and start it again, or start it with \`threads: 1\`.`,
          event,
        )
      },
    }),
  }

  const onSignal = (): void => giveUp(signal.reason)
  signal.addEventListener('abort', onSignal)
  try {
    signal.throwIfAborted()
    const { default: factory } = options.memory
      ? await import('../dist/wasm/threaded-simd.js')
      : await import('../dist/wasm/simd.js')
    const module = await Promise.race([factory(settings), givenUp])
    ready = true
    module.check = check
    guardMemory(module)
    module.tfjs = startThreads(module, threads)
    return {
      module,
      threads,
      pool: new PoolSwitch(module, threads),
      nextTensor: 1,
      memory: memory as WebAssembly.Memory,
      get failure() {
        return failure
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  } finally {
    signal.removeEventListener('abort', onSignal)
  }
}

/** `emscripten_resize_heap` that refuses to grow beyond `maximum` bytes; the unthreaded memory knows no maximum. */
function limited(imports: ImportedFunctions, maximum: number): (bytes: number) => unknown {
  const resize = imports['env']?.['emscripten_resize_heap'] as (bytes: number) => unknown
  if (maximum === LARGEST_MEMORY) return resize
  return (bytes) => bytes >>> 0 <= maximum && resize(bytes)
}

/**
 * Every kernel allocates its output first. So `malloc` is where a broken module is refused, and where memory that has
 * run out becomes an error; tfjs would go on and write to address 0.
 */
function guardMemory(module: TfjsModule): void {
  const { malloc } = module.asm
  const allocate = (bytes: number): number => {
    module.check()
    const address = malloc(bytes) >>> 0
    if (address === 0 && bytes > 0) {
      throw new TreadleError(
        'RUNTIME_OUT_OF_MEMORY',
        `WebAssembly memory has no room for ${bytes} more bytes (it holds ${module.HEAPU8.length}); use a smaller batch, dispose tensors, or start the runtime with a larger \`maximumMemory\`.`,
      )
    }
    return address
  }
  Object.assign(module, { allocate, _malloc: allocate })
}

/**
 * Starts the pool of threads and counts them.
 * @returns the functions of the module that tfjs's backend calls by these names
 * @throws TreadleError `RUNTIME_THREADS_UNMET`
 */
function startThreads(module: TfjsModule, threads: number): TfjsModule['tfjs'] {
  const getThreadsCount = module.cwrap('get_threads_count', 'number', [])
  module.cwrap('init_with_threads_count', null, ['number'])(threads)
  const counted = getThreadsCount()
  if (counted !== threads) {
    throw new TreadleError(
      'RUNTIME_THREADS_UNMET',
      `${threads} threads were started, but the backend uses ${counted}; start it with \`threads: 1\`, and report this.`,
    )
  }
  return {
    init: module.cwrap('init', null, []),
    // The backend would ask for what `setThreadsCount` left in a variable that it shares with stock `wasm`.
    initWithThreadsCount: () => {},
    getThreadsCount,
    registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: module.cwrap('dispose_data', null, ['number']),
    dispose: module.cwrap('dispose', null, []),
  }
}
