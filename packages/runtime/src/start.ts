import { TreadleError, checkOptions, show } from '@treadle/core'
import { wide } from '#wide-simd'
import { wasmBinaries } from './binaries.ts'
import { bringUp } from './bring-up.ts'
import type { StartOptions } from './start-options.ts'
import { memoryPages } from './memory.ts'
import { checkThreads } from './plan.ts'
import { checkRuntime, type Runtime } from './runtime.ts'

/** A starting or running backend, and the number of starts that hold it. */
interface Session {
  readonly options: StartOptions
  readonly controller: AbortController
  readonly promise: Promise<Runtime>
  runtime: Runtime | undefined
  close: () => Promise<void>
  /** Starts that have not been disposed. */
  holds: number
  /** Users of `holdRuntime` that have not released it. */
  users: number
}

// TensorFlow.js has one engine in a page or process, so there is one runtime.
let session: Session | undefined
/** Resolves when the previous session is closed. */
let cleared: Promise<unknown> = Promise.resolve()

/**
 * Starts TensorFlow.js's threaded SIMD backend, extended for training, and makes it the active backend.
 *
 * Only one runtime exists at a time. A second start with compatible options returns the same object, which ends after one
 * `dispose` for each start. `threads: 'auto'` and omitted options are always compatible. A start that fails or is aborted
 * releases everything it created, and you can start again.
 *
 * @throws TreadleError `RUNTIME_BAD_OPTION` · `RUNTIME_ALREADY_STARTED` with other options · `RUNTIME_NO_SIMD` ·
 *   `RUNTIME_NO_RELAXED_SIMD` · `RUNTIME_NO_WIDE_SIMD` · `RUNTIME_WIDE_SIMD_OFF` · `RUNTIME_WIDE_SIMD_UNSAFE` · `RUNTIME_BINARY_UNREADABLE` · `RUNTIME_BINARY_INVALID` ·
 *   `RUNTIME_THREAD_FAILED` · `RUNTIME_TIMEOUT` · the reason of `signal` after an abort
 *
 * @example
 * const runtime = await startRuntime({ threads: 'auto' })
 * tf.matMul(a, b)
 * await runtime.dispose()
 */
export async function startRuntime(options: StartOptions = {}): Promise<Runtime> {
  checkOptions('startRuntime', options, {
    threads: 'any',
    maximumMemory: 'number',
    fastMath: 'boolean',
    wideSimd: 'boolean',
    wasm: wasmBinaries,
    timeout: 'number',
    signal: 'signal',
  })
  const { threads = 'auto', maximumMemory, signal } = options
  checkThreads(threads)
  if (maximumMemory !== undefined) memoryPages(maximumMemory)
  signal?.throwIfAborted()
  if (session) checkSame(session, options)
  else session = open(options)
  return join(session, signal)
}

/**
 * Checks before a start whether `wideSimd` suits the process.
 * @throws TreadleError `RUNTIME_NO_WIDE_SIMD` · `RUNTIME_WIDE_SIMD_OFF` · `RUNTIME_WIDE_SIMD_UNSAFE`
 */
export function checkWideSimd(wideSimd: boolean): void {
  wide.check(wideSimd)
}

/** The running runtime, if there is one. Only code that called `startRuntime` may dispose it. */
export function activeRuntime(): Runtime | undefined {
  return session?.runtime
}

/**
 * Keeps a runtime running until the hold is released, also if other code disposes the runtime.
 * @returns a function that releases it; further calls have no effect
 * @throws TreadleError `RUNTIME_DISPOSED`, `RUNTIME_BAD_OPTION`
 */
export function holdRuntime(runtime: Runtime): () => Promise<void> {
  checkRuntime('holdRuntime', runtime)
  const held = session
  if (held === undefined || held.runtime !== runtime) {
    throw new TreadleError('RUNTIME_DISPOSED', 'The runtime was disposed. Start a runtime again.')
  }
  held.users++
  let released = false
  return async () => {
    if (released) return
    released = true
    held.users--
    await closeUnused(held)
  }
}

/** Closes a session that nobody uses, and waits until it is closed. */
async function closeUnused(unused: Session): Promise<void> {
  if (unused.holds + unused.users > 0) return
  if (session === unused) {
    session = undefined
    cleared = unused.close()
  }
  await cleared
}

function open(options: StartOptions): Session {
  const controller = new AbortController()
  const opened: Session = {
    options,
    controller,
    holds: 0,
    users: 0,
    runtime: undefined,
    close: async () => {},
    promise: run(),
  }
  return opened

  async function run(): Promise<Runtime> {
    await cleared
    try {
      const { facts, close } = await bringUp(options, controller)
      opened.close = close
      const dispose = async (): Promise<void> => {
        if (opened.holds > 0) opened.holds--
        await closeUnused(opened)
      }
      return (opened.runtime = { ...facts, dispose, [Symbol.asyncDispose]: dispose })
    } catch (error) {
      if (session === opened) session = undefined
      throw error
    }
  }
}

/** Waits until `joined` has started or `signal` is aborted. */
async function join(joined: Session, signal: AbortSignal | undefined): Promise<Runtime> {
  joined.holds++
  if (!signal) return joined.promise
  const abandon = new AbortController()
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: abandon.signal })
  })
  try {
    return await Promise.race([joined.promise, left])
  } catch (error) {
    if (signal.aborted) leave(joined, signal.reason)
    throw error
  } finally {
    abandon.abort()
  }
}

/** Stops waiting for `joined`. If no other start waits, closes it; the next start waits until it is closed. */
function leave(joined: Session, reason: unknown): void {
  joined.holds--
  if (joined.holds + joined.users > 0) return
  cleared = joined.promise.then(() => joined.close()).catch(() => {})
  if (session === joined) session = undefined
  joined.controller.abort(reason)
}

function checkSame(
  { options, runtime }: Session,
  { threads = 'auto', maximumMemory, fastMath, wideSimd }: StartOptions,
): void {
  const running = runtime?.threads ?? options.threads ?? 'auto'
  if (threads !== 'auto' && threads !== running && threads !== options.threads) {
    throw alreadyStarted(`\`threads\` (=${show(threads)})`, running, "pass the same number or 'auto'")
  }
  if (fastMath !== undefined && fastMath !== (options.fastMath ?? false)) {
    throw alreadyStarted(
      `\`fastMath\` (=${show(fastMath)})`,
      `\`fastMath\` ${options.fastMath ?? false}`,
      'omit the option',
    )
  }
  if (wideSimd !== undefined && wideSimd !== (options.wideSimd ?? false)) {
    throw alreadyStarted(
      `\`wideSimd\` (=${show(wideSimd)})`,
      `\`wideSimd\` ${options.wideSimd ?? false}`,
      'omit the option',
    )
  }
  const maximum = runtime?.maximumMemory ?? options.maximumMemory
  if (maximumMemory !== undefined && maximumMemory !== maximum && maximumMemory !== options.maximumMemory) {
    throw alreadyStarted(
      `\`maximumMemory\` (=${show(maximumMemory)})`,
      maximum ?? 'the default',
      'omit the option',
    )
  }
}

function alreadyStarted(requested: string, running: string | number, remedy: string): TreadleError {
  return new TreadleError(
    'RUNTIME_ALREADY_STARTED',
    `Starting with ${requested} failed: the active runtime runs with ${running}. Dispose it first, or ${remedy}.`,
  )
}
