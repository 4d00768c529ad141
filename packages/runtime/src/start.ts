import { TreadleError } from '@treadle/core'
import { bringUp } from './bring-up.ts'
import type { StartOptions } from './bring-up.ts'
import { memoryPages } from './memory.ts'
import { checkThreads } from './plan.ts'
import type { Runtime } from './runtime.ts'

/** A starting or running backend, and how many starts hold it. */
interface Session {
  readonly options: StartOptions
  readonly controller: AbortController
  readonly promise: Promise<Runtime>
  runtime: Runtime | undefined
  close: () => Promise<void>
  holds: number
}

// TensorFlow.js has one engine in a page or process, so there is one runtime.
let session: Session | undefined
/** Settles when whatever ran before is gone. */
let cleared: Promise<unknown> = Promise.resolve()

/**
 * Starts TensorFlow.js's threaded SIMD backend, completed for training, and makes it the active one.
 *
 * There is one runtime at a time. Starting again with options that the running one meets (`auto`, and what is left
 * out, meets any) gives the same object, which ends when `dispose` has been called once for each start. A start that
 * failed or was aborted leaves nothing behind and can be repeated.
 *
 * @throws TreadleError `RUNTIME_BAD_OPTION` · `RUNTIME_ALREADY_STARTED` with other options · `RUNTIME_NO_SIMD` ·
 *   `RUNTIME_NO_RELAXED_SIMD` · `RUNTIME_BINARY_UNREADABLE` · `RUNTIME_BINARY_INVALID` · `RUNTIME_THREAD_FAILED` · `RUNTIME_TIMEOUT` ·
 *   `RUNTIME_NAME_TAKEN` where another copy of this package has started one; and the signal's reason once aborted
 *
 * @example
 * const runtime = await startRuntime({ threads: 'auto' })
 * tf.matMul(a, b)
 * await runtime.dispose()
 */
export async function startRuntime(options: StartOptions = {}): Promise<Runtime> {
  const { threads = 'auto', maximumMemory, signal } = options
  checkThreads(threads)
  if (maximumMemory !== undefined) memoryPages(maximumMemory)
  signal?.throwIfAborted()
  if (session) checkSame(session, options)
  else session = open(options)
  return join(session, signal)
}

/** The running runtime, if there is one. Whoever did not start it must not dispose of it. */
export function activeRuntime(): Runtime | undefined {
  return session?.runtime
}

function open(options: StartOptions): Session {
  const controller = new AbortController()
  const opened: Session = {
    options,
    controller,
    holds: 0,
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
        if (opened.holds > 0 && --opened.holds === 0) {
          cleared = close()
          if (session === opened) session = undefined
        }
        if (opened.holds === 0) await cleared
      }
      return (opened.runtime = { ...facts, dispose, [Symbol.asyncDispose]: dispose })
    } catch (error) {
      if (session === opened) session = undefined
      throw error
    }
  }
}

/** Waits for `joined` to have started, for as long as `signal` allows. */
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

/** Stops waiting for `joined`. If nobody else does, it is undone, and the next start waits for that. */
function leave(joined: Session, reason: unknown): void {
  joined.holds--
  if (joined.holds > 0) return
  cleared = joined.promise.then(() => joined.close()).catch(() => {})
  if (session === joined) session = undefined
  joined.controller.abort(reason)
}

function checkSame(
  { options, runtime }: Session,
  { threads = 'auto', maximumMemory, fastMath }: StartOptions,
): void {
  const running = runtime?.threads ?? options.threads ?? 'auto'
  if (threads !== 'auto' && threads !== running && threads !== options.threads) {
    throw alreadyStarted(`\`threads\` (=${threads})`, running, "start with the same or with 'auto'")
  }
  if (fastMath !== undefined && fastMath !== (options.fastMath ?? false)) {
    throw alreadyStarted(
      `\`fastMath\` (=${fastMath})`,
      `\`fastMath\` ${options.fastMath ?? false}`,
      'leave the option out',
    )
  }
  const maximum = runtime?.maximumMemory ?? options.maximumMemory
  if (maximumMemory !== undefined && maximumMemory !== maximum && maximumMemory !== options.maximumMemory) {
    throw alreadyStarted(
      `\`maximumMemory\` (=${maximumMemory})`,
      maximum ?? 'the default',
      'leave the option out',
    )
  }
}

function alreadyStarted(asked: string, running: string | number, remedy: string): TreadleError {
  return new TreadleError(
    'RUNTIME_ALREADY_STARTED',
    `Starting with ${asked} failed: a runtime runs with ${running}. Dispose it first, or ${remedy}.`,
  )
}
