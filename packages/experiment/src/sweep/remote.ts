import { setTimeout as delay } from 'node:timers/promises'
import type { TrialRemote } from './run-trial.ts'
import type { SweepEnd, SweepStudy } from './sweep-study.ts'
import { type WorkerOptions, workOn } from './worker.ts'

/** How often the capacity is looked at, in ms. */
const LOOK = 1000

type End = SweepEnd | 'aborted'

/** Has trials carried out elsewhere, as many at once as there is capacity for, until the sweep has ended. */
export async function workRemotely(
  study: SweepStudy,
  remote: TrialRemote,
  options: Omit<WorkerOptions, 'runTrial'>,
): Promise<End> {
  const ended = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal
  const begin = async (): Promise<End> => {
    try {
      for (;;) {
        const end = await workOn(study, { ...options, signal, runTrial: (task) => remote.runTrial(task) })
        if (end !== 'restart') return end
      }
    } finally {
      // The first slot that ends has seen the end of the sweep, or what every trial would meet.
      ended.abort()
    }
  }
  // Settled below, after the last one has begun.
  const slots: Promise<PromiseSettledResult<End>[]>[] = []
  const add = () => void slots.push(Promise.allSettled([begin()]))
  add()
  const more = async (): Promise<End> => {
    while (!signal.aborted) {
      const wanted = await remote.capacity()
      while (slots.length < wanted && !signal.aborted) add()
      await delay(LOOK, undefined, { signal }).catch(() => {})
    }
    return 'aborted'
  }
  // The remote may be out of reach when the sweep is stopped.
  const isOver = new Promise<End>((resolve) => signal.addEventListener('abort', () => resolve('aborted')))
  const grown = await Promise.allSettled([Promise.race([more(), isOver])])
  ended.abort()
  const ends = [...grown, ...(await Promise.all(slots)).flat()]
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
  const reasons = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  return reasons.find((reason) => reason !== 'aborted') ?? 'aborted'
}
