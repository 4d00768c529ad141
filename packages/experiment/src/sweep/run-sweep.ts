import { availableParallelism } from 'node:os'
import { confirm } from './confirm/confirm.ts'
import { type Confirmation, readConfirmations } from './confirm/record.ts'
import { SweepFolder } from './folder.ts'
import { type JoinOptions, MOST_THREADS, type SweepOptions, checkSweepOptions } from './options.ts'
import { parseSweep } from './parse.ts'
import { workRemotely } from './remote.ts'
import type { Sweep } from './schema.ts'
import { type SweepEnd, SweepStudy } from './sweep-study.ts'
import { type SweepTrial, ranked } from './trial.ts'
import { TrialWatch } from './watch.ts'
import { workOn } from './worker.ts'
import { inProcesses } from './workers/run-in-processes.ts'
import { supervise } from './workers/supervisor.ts'

export interface SweepResult {
  readonly sweep: Sweep
  /** Its folder, with the journal `journal.log` and the run directories `trials/NNNN`. */
  readonly directory: string
  /** In the order of their numbers. */
  readonly trials: readonly SweepTrial[]
  /** The complete trials, the best first. */
  readonly ranking: readonly SweepTrial[]
  /** How the best trials did over several seeds on the test samples: one, or more if the sweep was made longer. */
  readonly confirmations: readonly Confirmation[]
  /** Trials that another program has enqueued and no worker has taken, since the budget was used up. */
  readonly enqueued: number
  /** Why no further trial began. */
  readonly stopped: SweepEnd | 'aborted'
}

/**
 * Searches for the best values of fields of a recipe: trains its trials, each in a run directory of its own, and
 * records them in a journal of Optuna. The same sweep and seed give the same trials, to the bit, for any number of workers.
 *
 * @param input a sweep as people write it; see docs/sweep.md
 * @throws TreadleError `EXPERIMENT_BAD_SWEEP`, `EXPERIMENT_SWEEP_EXISTS`, `EXPERIMENT_RUN_BUSY`, `CORE_UNKNOWN_OPTION`,
 *   `EXPERIMENT_BAD_OPTION`; what would meet every trial, such as data that cannot be loaded. An error that the values
 *   of a trial cause ends only the trial
 * @example
 * const { ranking } = await runSweep(
 *   { recipe: { model: 'wide-and-deep', data: 'sample' }, search: { 'optimizer.learningRate': { logUniform: [1e-4, 0.1] } }, budget: { trials: 10 } },
 *   'runs/rates',
 * )
 */
export async function runSweep(
  input: unknown,
  directory: string,
  options: SweepOptions = {},
): Promise<SweepResult> {
  checkSweepOptions('runSweep', options, { confirm: 'number', remote: 'object' })
  return carryOut(await SweepFolder.create(directory, parseSweep(input)), options)
}

/**
 * Continues a sweep that was stopped or killed: a trial that was running continues from its last epoch, and the
 * sweep ends with the same trials as one that was not disturbed.
 * @throws TreadleError `EXPERIMENT_SWEEP_MISSING`, `EXPERIMENT_BAD_JOURNAL`, and what `runSweep` throws
 */
export async function resumeSweep(directory: string, options: SweepOptions = {}): Promise<SweepResult> {
  checkSweepOptions('resumeSweep', options, { confirm: 'number', remote: 'object' })
  return carryOut(await SweepFolder.open(directory), options)
}

/**
 * Adds workers to a sweep that may run elsewhere at the same time. They end with the sweep.
 * @param directory of the sweep
 * @throws TreadleError `EXPERIMENT_SWEEP_MISSING`, `EXPERIMENT_BAD_JOURNAL`, and what `runSweep` throws
 */
export async function joinSweep(directory: string, options: JoinOptions = {}): Promise<SweepResult> {
  checkSweepOptions('joinSweep', options, { wait: 'boolean' })
  const { workers = 1, ...others } = options
  return carryOut(await SweepFolder.join(directory), { ...others, workers })
}

/** In seconds. */
const PATIENCE = 600

/** How often the trials of other workers are looked at, in ms. */
const LOOK = 1000

async function carryOut(
  folder: SweepFolder,
  { onEvent, signal, trials, wait = false, confirm: seeds, remote, ...options }: SweepOptions & JoinOptions,
): Promise<SweepResult> {
  const { sweep, path: directory } = folder
  try {
    const study = await SweepStudy.open(folder, { trials, wait })
    await onEvent?.({ type: 'start', sweep, directory, trials: study.trials() })
    const watch = new TrialWatch(study, (type, trial) => onEvent?.({ type, trial }))
    const begin = async () => {
      if (remote !== undefined)
        return workRemotely(study, remote, {
          signal,
          wait,
          onChange: () => watch.look(),
          onRun: (trial, event) => onEvent?.({ type: 'run', trial, event }),
        })
      const { workers } = options
      return workers === undefined
        ? workHere(study, watch, { onEvent, signal, ...options })
        : workInProcesses(study, watch, { onEvent, signal, trials, wait, ...options, workers })
    }
    const stopped = study.ended() ?? (await begin())
    await watch.close()
    const all = study.trials()
    const ranking = ranked(all, sweep.objective)
    const [trial] = ranking
    const { loggers = [], workers } = options
    const isStopped =
      seeds !== undefined &&
      trial !== undefined &&
      stopped !== 'aborted' &&
      (await confirm({
        sweep,
        folder: directory,
        trial,
        seeds,
        loggers,
        onEvent,
        remote: workers === undefined ? remote : inProcesses(processOptions({ ...options, workers })),
        ...(signal && { signal }),
      }))
    const confirmations = await readConfirmations(directory)
    return {
      sweep,
      directory,
      trials: all,
      ranking,
      confirmations,
      enqueued: study.enqueued(),
      stopped: isStopped ? 'aborted' : stopped,
    }
  } finally {
    await folder.release()
  }
}

type Shared = Pick<SweepOptions, 'loggers' | 'threads' | 'patience'> & {
  readonly onEvent: SweepOptions['onEvent'] | undefined
  readonly signal: AbortSignal | undefined
}

async function workHere(
  study: SweepStudy,
  watch: TrialWatch,
  { onEvent, ...options }: Shared,
): Promise<SweepResult['stopped']> {
  for (;;) {
    const end = await workOn(study, {
      ...options,
      onChange: () => watch.look(),
      onRun: (trial, event) => onEvent?.({ type: 'run', trial, event }),
    })
    if (end !== 'restart') return end
  }
}

async function workInProcesses(
  study: SweepStudy,
  watch: TrialWatch,
  {
    onEvent,
    signal,
    trials,
    wait,
    ...options
  }: Shared & { readonly workers: number; readonly trials: number | undefined; readonly wait: boolean },
): Promise<SweepResult['stopped']> {
  const onChange = async () => {
    await study.sync()
    await watch.look()
  }
  const timer = setInterval(() => void onChange().catch(() => {}), LOOK)
  try {
    return await supervise(study, {
      ...processOptions(options),
      signal,
      trials,
      wait,
      onChange,
      onRun: (number, event) => {
        const trial = study.trials().find((each) => each.number === number)
        return trial && onEvent?.({ type: 'run', trial: { ...trial, state: 'running' }, event })
      },
    })
  } finally {
    clearInterval(timer)
    await onChange()
  }
}

/** Worker processes as they are asked for. Unless told otherwise, they share the cores. */
const processOptions = ({
  workers,
  threads = Math.min(MOST_THREADS, Math.max(1, Math.floor(availableParallelism() / workers))),
  patience = PATIENCE,
  loggers = [],
}: Pick<Shared, 'threads' | 'patience' | 'loggers'> & { readonly workers: number }) => ({
  workers,
  threads,
  patience,
  loggers: loggers.flatMap(({ source }) => source ?? []),
})
