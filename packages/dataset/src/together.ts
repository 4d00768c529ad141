/** An `AbortController` that also aborts when `signal` does. Call `unlink` when the work has ended. */
export function linkedController(signal: AbortSignal | undefined): {
  controller: AbortController
  unlink: () => void
} {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const stop = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  return { controller, unlink: () => signal?.removeEventListener('abort', stop) }
}

/**
 * Runs tasks concurrently. The first failure aborts the others through their signal and is thrown after all have ended,
 * so that no task continues after the promise has settled.
 */
export async function together<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const { controller, unlink } = linkedController(signal)
  let failure: { error: unknown } | undefined
  const results = await Promise.allSettled(
    tasks.map((task) =>
      task(controller.signal).catch((error: unknown) => {
        failure ??= { error }
        controller.abort(error)
        throw error
      }),
    ),
  )
  unlink()
  if (failure) throw failure.error
  return results.map((result) => (result as PromiseFulfilledResult<Awaited<T>>).value)
}
