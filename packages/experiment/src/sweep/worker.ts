import { setTimeout as delay } from 'node:timers/promises'
import { relative } from 'node:path'
import { isTreadleError, show } from '@treadle/core'
import type { RunLogger } from '../loggers/logger.ts'
import { plannedEpochs } from '../recipe/planned-epochs.ts'
import type { RunEvent } from '../run/events.ts'
import { loadRunData } from '../run/load-data.ts'
import type { TrialInterruption } from './interruptions.ts'
import { TrialState } from './journal/operations.ts'
import type { JournalTrial } from './journal/trial.ts'
import { trialRecipe } from './parse.ts'
import { type Presence, bePresent } from './presence.ts'
import { TrialData, type TrialRunner, runTrial } from './run-trial.ts'
import type { SweepEnd, SweepStudy, TrialEnd } from './sweep-study.ts'
import { type SweepTrial, objectiveOf } from './trial.ts'

export interface WorkerOptions {
  readonly signal?: AbortSignal | undefined
  readonly loggers?: readonly RunLogger[] | undefined
  /** Of each trial, unless the sweep searches them. Those of the recipe unless given. */
  readonly threads?: number | undefined
  /** Wait for trials that other programs enqueue, until the signal. */
  readonly wait?: boolean | undefined
  /** Called when a trial was taken, ended or given back, and waited for. */
  readonly onChange: () => unknown
  /** Called at the events of a trial's run, and waited for. */
  readonly onRun: (trial: SweepTrial, event: RunEvent) => unknown
  /** Carries out the trials, in place of this process. */
  readonly runTrial?: TrialRunner | undefined
}

/** `restart`: a trial was interrupted, for example by a lack of memory. A new process has a better chance. */
export type WorkerEnd = SweepEnd | 'aborted' | 'restart'

/** How often a worker without a trial looks for one, in ms. */
const PAUSE = 200

/**
 * Carries out trials of a sweep, one after the other, until there are none.
 * @throws what every trial would meet, such as data that cannot be loaded
 */
export async function workOn(
  study: SweepStudy,
  options: WorkerOptions,
  presence?: Presence,
): Promise<WorkerEnd> {
  const own = presence ?? (await bePresent(study.folder.path))
  try {
    return await new Worker(study, own.name, options).run()
  } finally {
    await own.leave()
  }
}

class Worker {
  readonly #study: SweepStudy
  readonly #name: string
  readonly #options: WorkerOptions
  readonly #data: TrialData
  #running: SweepTrial | undefined

  constructor(study: SweepStudy, name: string, options: WorkerOptions) {
    this.#study = study
    this.#name = name
    this.#options = options
    this.#data = new TrialData((recipe) =>
      loadRunData(recipe, {
        onProgress: (progress) => void this.#tell({ type: 'data-progress', progress }),
        onWarning: (warning) => void this.#tell({ type: 'warning', warning }),
        signal: options.signal,
      }),
    )
  }

  async run(): Promise<WorkerEnd> {
    const { signal, wait, onChange } = this.#options
    for (;;) {
      if (signal?.aborted) return 'aborted'
      const claim = await this.#study.claim(this.#name)
      await onChange()
      if (typeof claim === 'object') {
        const end = await this.#carryOut(claim)
        if (end !== undefined) return end
      } else if (claim === 'wait' || wait) await delay(PAUSE, undefined, { signal }).catch(() => {})
      else return claim
    }
  }

  /** @returns why the worker ends; undefined if it continues */
  async #carryOut(trial: JournalTrial): Promise<'aborted' | 'restart' | undefined> {
    this.#running = { ...this.#study.view(trial), state: 'running' }
    const { signal, onChange } = this.#options
    try {
      const end = await this.#train(trial, this.#running)
      if (end === undefined) await this.#study.release(trial, this.#name)
      else await this.#study.end(trial, this.#name, end)
      return end === undefined ? 'aborted' : undefined
    } catch (error) {
      if (signal?.aborted) {
        await this.#study.release(trial, this.#name)
        return 'aborted'
      }
      const message = error instanceof Error ? error.message : show(error)
      if (isOf(OF_A_PROCESS, error)) {
        await this.#study.interrupt({ kind: kindOf(error), message, worker: this.#name })
        return 'restart'
      }
      if (!isOf(OF_A_TRIAL, error)) {
        await this.#study.release(trial, this.#name)
        throw error
      }
      await this.#study.end(trial, this.#name, { state: TrialState.fail, attributes: { error: message } })
      return undefined
    } finally {
      this.#running = undefined
      await onChange()
    }
  }

  /** @returns undefined if the signal stopped the run */
  async #train(trial: JournalTrial, { values, directory }: SweepTrial): Promise<TrialEnd | undefined> {
    const { objective } = this.#study.sweep
    const recipe = trialRecipe(this.#study.sweep, values)
    const pruning = new AbortController()
    const carryOut = this.#options.runTrial ?? this.#runHere
    const { run, history, isStopped } = await carryOut({
      recipe,
      directory,
      test: false,
      signal: this.#options.signal,
      pruning: pruning.signal,
      onEpoch: async (entry) => {
        await this.#study.recordEpochs(trial, this.#name, [entry])
        if (this.#study.isPruned(trial, plannedEpochs(recipe))) pruning.abort()
      },
      onEvent: (event) => this.#tell(event),
    })
    await this.#study.recordEpochs(trial, this.#name, history)
    const isPruned = isStopped && pruning.signal.aborted
    if (isStopped && !isPruned) return undefined
    // What Optuna takes as the value of a pruned trial.
    const value = objectiveOf(history, isPruned ? { ...objective, of: 'last' } : objective)
    const attributes = {
      run_directory: relative(this.#study.folder.path, directory),
      weights_sha256: run.record.weightsSha256 ?? null,
      training_seconds: run.record.seconds,
    }
    return value === undefined
      ? {
          state: TrialState.fail,
          attributes: { ...attributes, error: `The history has no ${objective.metric}.` },
        }
      : { state: isPruned ? TrialState.pruned : TrialState.complete, value, attributes }
  }

  readonly #runHere: TrialRunner = async ({ recipe, directory, signal, pruning, test, onEpoch, onEvent }) =>
    runTrial(recipe, directory, this.#threads(), {
      data: await this.#data.of(recipe),
      loggers: this.#options.loggers ?? [],
      test,
      signal: signal ? AbortSignal.any([signal, pruning]) : pruning,
      onEvent: async (event) => {
        if (event.type === 'epoch') await onEpoch(event.entry)
        await onEvent(event)
      },
    })

  #threads(): { readonly threads?: number } {
    const { threads } = this.#options
    const isSearched = Object.hasOwn(this.#study.sweep.search, 'training.threads')
    return threads === undefined || isSearched ? {} : { threads }
  }

  async #tell(event: RunEvent): Promise<void> {
    if (this.#running !== undefined) await this.#options.onRun(this.#running, event)
  }
}

/** Another process may do better with the same trial. */
export const OF_A_PROCESS = /_OUT_OF_MEMORY$|^EXPERIMENT_RUN_BUSY$|^RUNTIME_TIMEOUT$/

/** How an error of a process counts. A machine that is too busy to start a runtime says little about the trial. */
export function kindOf(error: unknown): TrialInterruption['kind'] {
  if (isOf(/^RUNTIME_TIMEOUT$/, error)) return 'killed'
  return isOf(/_OUT_OF_MEMORY$/, error) ? 'memory' : 'crash'
}

/**
 * Of errors that the values of a trial cause: the next trial may do better. Others would meet every trial. A trial that
 * has ended workers of a queue is one of them: the queue has tried it again.
 */
const OF_A_TRIAL =
  /^(TRAINER|MODEL|COMPILER|KERAS|OPTIM)_(?!.*ABORTED$)|^EXPERIMENT_(NOT_FINITE|BAD_RECIPE|MODEL_MISMATCH|RUN_LOST)$|^QUEUE_(HUNG|CRASHED|KILLS)$/

export const isOf = (codes: RegExp, error: unknown): boolean =>
  isTreadleError(error) && codes.test(error.code)
