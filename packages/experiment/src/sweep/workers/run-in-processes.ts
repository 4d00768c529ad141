import { TreadleError } from '@treadle/core'
import type { LoggerSource } from '../../loggers/logger.ts'
import { openRun } from '../../store/open-run.ts'
import { type TrialInterruption, finalMessage, withInterruption } from '../interruptions.ts'
import type { TrialRemote, TrialRun, TrialTask } from '../run-trial.ts'
import { OF_A_PROCESS, isOf, kindOf } from '../worker.ts'
import { WorkerProcess, reportedError } from './worker-process.ts'

interface Options {
  /** How many at once. */
  readonly workers: number
  /** Of each process. */
  readonly threads: number
  /** After this time without progress, a process is killed, in seconds. */
  readonly patience: number
  readonly loggers: readonly LoggerSource[]
}

/**
 * Carries out runs that are no trials of a sweep, each in a process of its own. A run whose process dies or hangs is
 * continued by another one, as often as a trial would be.
 */
export const inProcesses = (options: Options): TrialRemote => ({
  capacity: async () => options.workers,
  runTrial: (task) => runInProcess(task, options),
})

/** @throws the run's error; `EXPERIMENT_WORKER_FAILED` if its processes end again and again */
async function runInProcess(task: TrialTask, { threads, patience, loggers }: Options): Promise<TrialRun> {
  const { recipe, directory, test, pruning } = task
  const signal = task.signal ? AbortSignal.any([task.signal, pruning]) : pruning
  let interruptions: readonly TrialInterruption[] = []
  let epochs = 0
  for (;;) {
    let told = Promise.resolve()
    const tell = (what: () => Promise<void>) => {
      told = told.then(what)
      // Waited for below.
      told.catch(() => {})
    }
    const end = await new WorkerProcess(
      { type: 'run', recipe, directory, test, threads, loggers },
      {
        patience,
        signal,
        onReport: (report) => {
          if (report.type === 'epoch') {
            epochs = report.entry.epoch
            tell(() => task.onEpoch(report.entry))
          } else if (report.type === 'run') tell(() => task.onEvent(report.event))
        },
      },
    ).ended
    await told
    if (end.type === 'end') {
      const run = await openRun(directory)
      return { run, history: await run.readHistory(), isStopped: end.end === 'aborted' }
    }
    const error = end.type === 'error' ? reportedError(end) : undefined
    if (error !== undefined && !isOf(OF_A_PROCESS, error)) throw error
    if (signal.aborted) throw signal.reason
    const why: Pick<TrialInterruption, 'kind' | 'message'> =
      end.type === 'died' ? end.why : { kind: kindOf(error), message: end.message }
    const worker = String(interruptions.length)
    interruptions = withInterruption(interruptions, { ...why, worker, epochs })
    const message = finalMessage(interruptions)
    if (message !== undefined) throw new TreadleError('EXPERIMENT_WORKER_FAILED', `${directory}: ${message}`)
  }
}
