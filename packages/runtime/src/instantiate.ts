// oxlint-disable-next-line typescript/triple-slash-reference -- the sources of other packages import this file without the ambient one
/// <reference path="./wasm-modules.d.ts" />
import { TreadleError } from '@treadle/core'
import { platform } from '#platform'
import { LARGEST_MEMORY } from './memory.ts'
import { PoolSwitch } from './pool-switch.ts'
import type { ImportedFunctions, ModuleSettings, TfjsModule, ThreadPort } from './tfjs-module.ts'

/** Milliseconds of waiting after which the calling thread yields its core to other threads. */
const YIELD_AFTER = 0.5

/** An instantiated binary, with or without threads. */
export interface Instance {
  readonly module: TfjsModule
  readonly memory: WebAssembly.Memory
  /** Number of compute threads, the calling thread included, as the module reports it. */
  readonly threads: number
  readonly pool: PoolSwitch
  /** The ID of the next tensor. */
  nextTensor: number
  /** Set after a thread has died or the module has aborted. From then on, every use of the module throws it. */
  readonly failure: TreadleError | undefined
  /** Ends the threads. A second call has no effect. */
  stop(): Promise<void>
}

export interface InstantiateOptions {
  readonly binary: WebAssembly.Module
  /** Number of compute threads, the calling thread included. */
  readonly threads: number
  /** The shared memory; undefined for the unthreaded binary, which creates its own memory. */
  readonly memory: WebAssembly.Memory | undefined
  readonly maximumMemory: number
  /** Milliseconds that the calling thread waits for other threads within one kernel before the kernel fails. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/**
 * Instantiates tfjs's module in `memory` and starts its threads.
 * Rejects with the reason of `signal` after an abort, and if a thread does not start. Then it ends all threads.
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
  let unsupported: TreadleError | undefined
  /** tfjs's C++ code prints a message for an unsupported operation, and continues with an uninitialised result. */
  const printErr = (line: string): void => {
    print(line)
    unsupported = new TreadleError(
      'RUNTIME_KERNEL_REFUSED',
      `tfjs's C++ code does not support an operation, so its result is invalid: "${line}". Check the dtypes, shapes, strides and padding.`,
    )
  }
  /** Other operations abort. The module still works afterwards, so only the operation fails. */
  const onAbort = (reason: unknown): void => {
    if (!ready)
      return fail('RUNTIME_BINARY_INVALID', `Starting tfjs's WebAssembly module failed: ${String(reason)}.`)
    unsupported = undefined
    throw new TreadleError(
      'RUNTIME_KERNEL_REFUSED',
      `tfjs's C++ code aborted an operation: "${output.at(-1) ?? String(reason)}". Check the dtypes, shapes and values.`,
    )
  }
  const check = (): void => {
    waitingSince = undefined
    if (failure) throw failure
    if (!unsupported) return
    const error = unsupported
    unsupported = undefined
    throw error
  }

  let waitingSince: number | undefined
  const overrides = {
    // The binary uses at most half of the cores reported here.
    emscripten_num_logical_cores: () => 2 * threads,
    // The calling thread calls this repeatedly while it waits for other threads, so a wait can be ended here.
    emscripten_get_now: () => {
      const now = performance.now()
      waitingSince ??= now
      if (now - waitingSince > timeout) {
        fail(
          'RUNTIME_THREAD_FAILED',
          `A thread has not answered for ${timeout} ms. Dispose the runtime and start it again.`,
        )
      }
      if (now - waitingSince > YIELD_AFTER) platform.pause(0.1)
      if (failure) throw failure
      return now
    },
    // Called during a wait after another thread has crashed.
    emscripten_unwind_to_js_event_loop: () => {
      fail('RUNTIME_THREAD_FAILED', 'A thread has crashed. Dispose the runtime and start it again.')
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
            `The binary and its JavaScript factory do not match: ${error.message}. Serve dist/wasm of a single version of @treadle/runtime.`,
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

/** `emscripten_resize_heap` that fails beyond `maximum` bytes. The unthreaded memory has no maximum of its own. */
function limited(imports: ImportedFunctions, maximum: number): (bytes: number) => unknown {
  const resize = imports['env']?.['emscripten_resize_heap'] as (bytes: number) => unknown
  if (maximum === LARGEST_MEMORY) return resize
  return (bytes) => bytes >>> 0 <= maximum && resize(bytes)
}

/**
 * Makes `malloc` throw if the module is broken or memory has run out. Every kernel first allocates its output, so this
 * check covers all kernels. Without it, tfjs writes to address 0 when memory has run out.
 */
function guardMemory(module: TfjsModule): void {
  const { malloc } = module.asm
  const allocate = (bytes: number): number => {
    module.check()
    const address = malloc(bytes) >>> 0
    if (address === 0 && bytes > 0) {
      throw new TreadleError(
        'RUNTIME_OUT_OF_MEMORY',
        `WebAssembly memory has no room for ${bytes.toLocaleString('en')} more bytes (its size is ${module.HEAPU8.length.toLocaleString('en')} bytes). Use a smaller batch, dispose tensors, or start the runtime with a larger \`maximumMemory\`.`,
      )
    }
    return address
  }
  Object.assign(module, { allocate, _malloc: allocate })
}

/**
 * Starts the thread pool and checks its size.
 * @returns the functions of the module that tfjs's backend calls
 * @throws TreadleError `RUNTIME_THREADS_UNMET`
 */
function startThreads(module: TfjsModule, threads: number): TfjsModule['tfjs'] {
  const getThreadsCount = module.cwrap('get_threads_count', 'number', [])
  module.cwrap('init_with_threads_count', null, ['number'])(threads)
  const counted = getThreadsCount()
  if (counted !== threads) {
    throw new TreadleError(
      'RUNTIME_THREADS_UNMET',
      `Starting ${threads} threads failed: the backend uses ${counted}. Start it with \`threads: 1\`, and report this as a bug.`,
    )
  }
  return {
    init: module.cwrap('init', null, []),
    // Does nothing: the backend would use the count of `setThreadsCount`, which it shares with the stock `wasm` backend.
    initWithThreadsCount: () => {},
    getThreadsCount,
    registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: module.cwrap('dispose_data', null, ['number']),
    dispose: module.cwrap('dispose', null, []),
  }
}
