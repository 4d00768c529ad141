import { type JournalTrial, isFinished } from './journal/trial.ts'
import { workerOf } from './trial.ts'

type Interval = readonly [from: number, to: number]

/**
 * How long trials have run, in seconds: the time in which at least one did. Pauses of the sweep do not count.
 * @param now in ms
 */
export function elapsedSeconds(trials: readonly JournalTrial[], now: number): number {
  const intervals = trials
    .map((trial) => intervalOf(trial, now))
    .filter((interval): interval is Interval => interval !== undefined && interval[1] > interval[0])
    .toSorted(([a], [b]) => a - b)
  let [sum, reached] = [0, -Infinity]
  for (const [from, to] of intervals) {
    sum += Math.max(0, to - Math.max(from, reached))
    reached = Math.max(reached, to)
  }
  return sum / 1000
}

function intervalOf(trial: JournalTrial, now: number): Interval | undefined {
  if (!isFinished(trial)) {
    const { since } = workerOf(trial) ?? {}
    return since === undefined ? undefined : [Date.parse(since), now]
  }
  const end = Date.parse(trial.completedAt ?? '')
  const trained = trial.userAttributes.get('training_seconds')
  const begin = typeof trained === 'number' ? end - 1000 * trained : Date.parse(trial.startedAt ?? '')
  return Number.isNaN(begin) || Number.isNaN(end) ? undefined : [begin, end]
}
