import { relative } from 'node:path'
import { TreadleError, checkOptions, higherIsBetter, isTreadleError, show } from '@treadle/core'
import type { HistoryEntry } from '../record/history.ts'
import type { RunEvent } from '../run/events.ts'
import { loadRunData } from '../run/load-data.ts'
import type { RunOptions } from '../run/options.ts'
import { SweepFolder } from './folder.ts'
import { distributionJson, internalValue } from './journal/distributions.ts'
import { Direction, TrialState } from './journal/operations.ts'
import { type JournalTrial, type NewTrial, StudyJournal, isFinished } from './journal/study.ts'
import { enqueuedValues } from './enqueued.ts'
import type { Parameter, Values } from './parameters.ts'
import { parseSweep, sweepParameters, trialRecipe } from './parse.ts'
import { TrialData, runTrial } from './run-trial.ts'
import { samplers } from './samplers/index.ts'
import type { Sampler } from './samplers/sampler.ts'
import type { Sweep } from './schema.ts'
import { type SweepTrial, isOwn, objectiveOf, ranked, sampleOf, sweepTrial } from './trial.ts'

export type SweepEvent =
  /** A sweep begins or continues. */
  | {
      readonly type: 'start'
      readonly sweep: Sweep
      readonly directory: string
      readonly trials: readonly SweepTrial[]
    }
  /** A trial begins or continues. */
  | { readonly type: 'trial-start'; readonly trial: SweepTrial }
  /** An event of the run of a trial. */
  | { readonly type: 'run'; readonly trial: SweepTrial; readonly event: RunEvent }
  /** A trial is complete, has failed, or was stopped. */
  | { readonly type: 'trial-end'; readonly trial: SweepTrial }

export interface SweepOptions extends Pick<RunOptions, 'loggers' | 'signal'> {
  /** Called at every event, and waited for. */
  readonly onEvent?: (event: SweepEvent) => unknown
  /** Trials in all, in place of those of the budget. */
  readonly trials?: number
}

export interface SweepResult {
  readonly sweep: Sweep
  /** Its folder, with the journal `journal.log` and the run directories `trials/NNNN`. */
  readonly directory: string
  /** In the order of their numbers. */
  readonly trials: readonly SweepTrial[]
  /** The complete trials, the best first. */
  readonly ranking: readonly SweepTrial[]
  /** Why no further trial began. */
  readonly stopped: 'trials' | 'time' | 'exhausted' | 'aborted'
}

/**
 * Searches for the best values of fields of a recipe: trains one trial after the other, each in a run directory of its
 * own, and records them in a journal of Optuna. The same sweep and seed give the same trials, to the bit.
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
  checkSweepOptions('runSweep', options)
  return carryOut(await SweepFolder.create(directory, parseSweep(input)), options)
}

/**
 * Continues a sweep that was stopped or killed: a trial that was running continues from its last epoch, and the
 * sweep ends with the same trials as one that was not disturbed.
 * @throws TreadleError `EXPERIMENT_SWEEP_MISSING`, `EXPERIMENT_BAD_JOURNAL`, and what `runSweep` throws
 */
export async function resumeSweep(directory: string, options: SweepOptions = {}): Promise<SweepResult> {
  checkSweepOptions('resumeSweep', options)
  return carryOut(await SweepFolder.open(directory), options)
}

async function carryOut(folder: SweepFolder, options: SweepOptions): Promise<SweepResult> {
  const { sweep } = folder
  try {
    const direction = higherIsBetter(sweep.objective.metric) ? Direction.maximize : Direction.minimize
    const study = await StudyJournal.open(folder.journal, sweep.name, direction)
    const work = new Work(folder, study, options)
    await options.onEvent?.({ type: 'start', sweep, directory: folder.path, trials: work.trials() })
    const stopped = await work.run()
    const trials = work.trials()
    return { sweep, directory: folder.path, trials, ranking: ranked(trials, sweep.objective), stopped }
  } finally {
    await folder.release()
  }
}

type TrialEnd = Parameters<StudyJournal['endTrial']>[2]

/** One session of a sweep. */
class Work {
  readonly #folder: SweepFolder
  readonly #sweep: Sweep
  readonly #parameters: readonly Parameter[]
  readonly #study: StudyJournal
  readonly #options: SweepOptions
  readonly #data: TrialData
  #running: SweepTrial | undefined

  constructor(folder: SweepFolder, study: StudyJournal, options: SweepOptions) {
    this.#folder = folder
    this.#sweep = folder.sweep
    this.#parameters = sweepParameters(folder.sweep)
    this.#study = study
    this.#options = options
    this.#data = new TrialData((recipe) =>
      loadRunData(recipe, {
        onProgress: (progress) => void this.#tell({ type: 'data-progress', progress }),
        onWarning: (warning) => void this.#tell({ type: 'warning', warning }),
        signal: options.signal,
      }),
    )
  }

  trials(): SweepTrial[] {
    return this.#own().map((trial) => this.#view(trial))
  }

  async run(): Promise<SweepResult['stopped']> {
    const { signal } = this.#options
    for (const trial of this.#own()) {
      if (trial.state === TrialState.running && !(await this.#carryOut(trial))) return 'aborted'
    }
    const { seconds, trials: most } = this.#budget()
    const before = this.trials().reduce((sum, trial) => sum + (trial.seconds ?? 0), 0)
    const began = performance.now()
    for (;;) {
      if (signal?.aborted) return 'aborted'
      if (this.#own().length >= most) return 'trials'
      if (before + (performance.now() - began) / 1000 >= seconds) return 'time'
      const trial = (await this.#claim()) ?? (await this.#create())
      if (trial === undefined) return 'exhausted'
      if (!(await this.#carryOut(trial))) return 'aborted'
    }
  }

  /** Without those that another program has added to the study. */
  #own(): JournalTrial[] {
    return this.#study.trials.filter(isOwn)
  }

  #budget(): { readonly trials: number; readonly seconds: number } {
    const { trials, time } = this.#sweep.budget
    return { trials: this.#options.trials ?? trials ?? Infinity, seconds: time ?? Infinity }
  }

  /** A trial that another program has added for a worker to run. */
  async #claim(): Promise<JournalTrial | undefined> {
    await this.#study.sync()
    for (const trial of this.#study.trials) {
      if (trial.state !== TrialState.waiting) continue
      const userAttributes = { enqueued: true }
      try {
        const values = enqueuedValues(trial, this.#parameters, this.#sweep.seed)
        if (await this.#study.claimTrial(trial, this.#newTrial(values, userAttributes))) return trial
      } catch (error) {
        if (!isTreadleError(error) || error.code !== 'EXPERIMENT_BAD_TRIAL') throw error
        if (await this.#study.claimTrial(trial, this.#newTrial({}, userAttributes)))
          await this.#end(trial, { userAttributes: { error: error.message } })
      }
    }
    return undefined
  }

  async #create(): Promise<JournalTrial | undefined> {
    const number = Math.max(-1, ...this.#own().map((trial) => sampleOf(trial) ?? -1)) + 1
    const sampler = samplers[this.#sweep.sampler] as Sampler
    const values = sampler.suggest(this.#parameters, this.#sweep.seed, number)
    if (values === undefined) return undefined
    return this.#study.createTrial(this.#newTrial(values, { sample: number }))
  }

  #newTrial(values: Values, userAttributes: NewTrial['userAttributes']): NewTrial {
    const active = this.#parameters.filter(({ path }) => Object.hasOwn(values, path))
    const entries = <Value>(of: (parameter: Parameter) => Value) =>
      Object.fromEntries(active.map((parameter) => [parameter.path, of(parameter)]))
    return {
      distributions: entries(distributionJson),
      parameters: entries((parameter) => internalValue(parameter, values[parameter.path])),
      userAttributes,
    }
  }

  /** @returns false if the signal stopped it */
  async #carryOut(trial: JournalTrial): Promise<boolean> {
    const { objective } = this.#sweep
    const { onEvent, signal, loggers = [] } = this.#options
    this.#running = { ...this.#view(trial), state: 'running' }
    await onEvent?.({ type: 'trial-start', trial: this.#running })
    const { values, directory } = this.#running
    let end: TrialEnd
    try {
      const recipe = trialRecipe(this.#sweep, values)
      const { run, history, isStopped } = await runTrial(recipe, directory, {
        data: await this.#data.of(recipe),
        loggers,
        reports: [],
        ...(signal && { signal }),
        onEvent: async (event) => {
          if (event.type === 'epoch') await this.#recordEpochs(trial, [event.entry])
          await this.#tell(event)
        },
      })
      await this.#recordEpochs(trial, history)
      if (isStopped) return await this.#stop(trial)
      const value = objectiveOf(history, objective)
      const attributes = {
        run_directory: relative(this.#folder.path, directory),
        weights_sha256: run.record.weightsSha256 ?? null,
        training_seconds: run.record.seconds,
      }
      end =
        value === undefined
          ? { userAttributes: { ...attributes, error: `The history has no ${objective.metric}.` } }
          : { value, userAttributes: attributes }
    } catch (error) {
      if (signal?.aborted) return this.#stop(trial)
      if (!belongsToTrial(error)) throw error
      end = { userAttributes: { error: error instanceof Error ? error.message : show(error) } }
    }
    await this.#end(trial, end)
    return true
  }

  async #end(trial: JournalTrial, end: TrialEnd): Promise<void> {
    await this.#study.endTrial(trial, end.value === undefined ? TrialState.fail : TrialState.complete, end)
    await this.#options.onEvent?.({ type: 'trial-end', trial: this.#view(trial) })
  }

  async #stop(trial: JournalTrial): Promise<false> {
    await this.#options.onEvent?.({ type: 'trial-end', trial: this.#view(trial) })
    return false
  }

  /** Adds the epochs that the journal lacks: a crash may have come between an epoch and its line. */
  async #recordEpochs(trial: JournalTrial, history: readonly HistoryEntry[]): Promise<void> {
    if (isFinished(trial)) return
    const { metric } = this.#sweep.objective
    const missing = history
      .map((entry) => [entry.epoch, entry[metric as keyof HistoryEntry]] as const)
      .filter(
        (item): item is readonly [number, number] =>
          item[1] !== undefined && !trial.intermediateValues.has(item[0]),
      )
    await this.#study.setIntermediateValues(trial, new Map(missing))
  }

  async #tell(event: RunEvent): Promise<void> {
    if (this.#running !== undefined)
      await this.#options.onEvent?.({ type: 'run', trial: this.#running, event })
  }

  #view(trial: JournalTrial): SweepTrial {
    return sweepTrial(trial, { parameters: this.#parameters, directoryOf: this.#folder.directoryOf })
  }
}

/** Of errors that the values of a trial cause: the next trial may do better. Others would meet every trial. */
const OF_A_TRIAL =
  /^(TRAINER|MODEL|COMPILER|KERAS|OPTIM)_(?!.*ABORTED$)|^EXPERIMENT_(NOT_FINITE|BAD_RECIPE|MODEL_MISMATCH)$|_OUT_OF_MEMORY$/

const belongsToTrial = (error: unknown): boolean => isTreadleError(error) && OF_A_TRIAL.test(error.code)

function checkSweepOptions(operation: string, options: SweepOptions): void {
  checkOptions(operation, options, {
    loggers: 'list',
    signal: 'signal',
    onEvent: 'function',
    trials: 'number',
  })
  const { trials = 1 } = options
  if (Number.isInteger(trials) && trials >= 1) return
  throw new TreadleError(
    'EXPERIMENT_BAD_OPTION',
    `${operation}: \`trials\` (=${show(trials)}) must be a whole number of at least 1.`,
  )
}
