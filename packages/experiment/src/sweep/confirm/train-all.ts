import { setTimeout as delay } from 'node:timers/promises'
import type { Recipe } from '../../recipe/schema.ts'
import type { RunEvent } from '../../run/events.ts'
import type { TrialRemote, TrialRun } from '../run-trial.ts'

/** A run that confirms. */
export interface SeedTask {
  readonly recipe: Recipe
  readonly directory: string
}

interface Options {
  readonly signal: AbortSignal | undefined
  readonly onEvent: (task: SeedTask, event: RunEvent) => unknown
  readonly onTrained: (task: SeedTask, run: TrialRun) => unknown
}

/** How often the capacity is looked at, in ms. */
const LOOK = 1000

/**
 * Trains runs without a test, as many at once as there is capacity for. The first error ends the others, which can be
 * continued later.
 * @returns whether the signal stopped them
 */
export async function trainAll(
  tasks: readonly SeedTask[],
  remote: TrialRemote,
  { signal, onEvent, onTrained }: Options,
): Promise<boolean> {
  const failed = new AbortController()
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const stopped = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()))
  const running = new Set<Promise<void>>()
  const train = async (task: SeedTask) => {
    try {
      const run = await remote.runTrial({
        ...task,
        test: false,
        signal: stop,
        pruning: new AbortController().signal,
        onEpoch: async () => {},
        onEvent: async (event) => void (await onEvent(task, event)),
      })
      if (!run.isStopped) await onTrained(task, run)
    } catch (error) {
      failed.abort(error)
    }
  }
  const waiting = [...tasks]
  while (!stop.aborted && waiting.length + running.size > 0) {
    // At least one: with it the remote can say why it has no capacity.
    const places = Math.max(1, await Promise.race([remote.capacity(), stopped.then(() => 0)]))
    for (const task of waiting.splice(0, Math.max(0, places - running.size))) {
      const ended = train(task).finally(() => running.delete(ended))
      running.add(ended)
    }
    await Promise.race([...running, stopped, delay(LOOK)])
  }
  await Promise.all(running)
  if (signal?.aborted) return true
  failed.signal.throwIfAborted()
  return false
}
