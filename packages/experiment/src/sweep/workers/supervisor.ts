import { TreadleError } from '@treadle/core'
import type { LoggerSource } from '../../loggers/logger.ts'
import type { SweepEnd, SweepStudy } from '../sweep-study.ts'
import type { PlainRunEvent } from './messages.ts'
import { WorkerProcess, reportedError } from './worker-process.ts'

export interface SupervisorOptions {
  /** Processes. */
  readonly workers: number
  /** Of each process. */
  readonly threads: number
  /** After this time without progress in a trial, a process is killed, in seconds. */
  readonly patience: number
  readonly trials: number | undefined
  readonly wait: boolean
  /** Each process writes the logs of its trials. */
  readonly loggers: readonly LoggerSource[]
  readonly signal: AbortSignal | undefined
  /** A worker has taken a trial or ended it. */
  readonly onChange: () => unknown
  readonly onRun: (number: number, event: PlainRunEvent) => unknown
}

/** Processes in a row that die before they take part: then something else is wrong. */
const FAILED_STARTS = 3

/**
 * Keeps a number of worker processes at work, until the sweep has ended. A process that dies or hangs is replaced, and
 * its trial is marked as interrupted.
 * @throws what every trial would meet; `EXPERIMENT_WORKER_FAILED` if processes cannot start
 */
export async function supervise(
  study: SweepStudy,
  options: SupervisorOptions,
): Promise<SweepEnd | 'aborted'> {
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const slots = Array.from({ length: options.workers }, async () => {
    try {
      return await keepWorking(study, { ...options, signal })
    } catch (error) {
      stop.abort()
      throw error
    }
  })
  const ends = await Promise.allSettled(slots)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
  const reasons = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  return reasons.find((reason) => reason !== 'aborted') ?? 'aborted'
}

type SlotOptions = SupervisorOptions & { readonly signal: AbortSignal }

async function keepWorking(study: SweepStudy, options: SlotOptions): Promise<SweepEnd | 'aborted'> {
  let failedStarts = 0
  while (!options.signal.aborted) {
    const { threads, trials, wait, loggers, onChange, onRun, ...shared } = options
    const folder = study.folder.path
    const end = await new WorkerProcess(
      { type: 'trials', folder, threads, trials, wait, loggers },
      {
        ...shared,
        onReport: (report) => {
          if (report.type === 'change') void onChange()
          if (report.type === 'run' && report.number !== undefined) void onRun(report.number, report.event)
        },
      },
    ).ended
    if (end.type === 'error') throw reportedError(end)
    if (end.type === 'end') {
      if (end.end !== 'restart') return end.end
      continue
    }
    if (end.name !== undefined) await study.interrupt({ ...end.why, worker: end.name })
    await onChange()
    failedStarts = end.name === undefined ? failedStarts + 1 : 0
    if (failedStarts === FAILED_STARTS)
      throw new TreadleError(
        'EXPERIMENT_WORKER_FAILED',
        `${FAILED_STARTS} worker processes in a row ended before their first trial. ${end.why.message}`,
      )
  }
  return 'aborted'
}
