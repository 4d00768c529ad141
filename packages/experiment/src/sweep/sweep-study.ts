import { higherIsBetter, isTreadleError } from '@treadle/core'
import type { HistoryEntry } from '../record/history.ts'
import { elapsedSeconds } from './elapsed.ts'
import { enqueuedValues } from './enqueued.ts'
import type { SweepFolder } from './folder.ts'
import {
  INTERRUPTIONS,
  type TrialInterruption,
  finalMessage,
  interruptionsOf,
  withInterruption,
} from './interruptions.ts'
import { distributionJson, internalValue } from './journal/distributions.ts'
import { Direction, TrialState, timestamp } from './journal/operations.ts'
import { StudyJournal } from './journal/study.ts'
import { type JournalTrial, isFinished } from './journal/trial.ts'
import type { JournalWriter, NewTrial } from './journal/writer.ts'
import type { Parameter, Values } from './parameters.ts'
import { sweepParameters } from './parse.ts'
import { type PastTrial, lastEpoch } from './past-trial.ts'
import { isPresent } from './presence.ts'
import { isPruned } from './pruners/index.ts'
import { samplers } from './samplers/index.ts'
import type { Sampler } from './samplers/sampler.ts'
import type { Sweep } from './schema.ts'
import { type SweepTrial, isOwn, pastTrial, sampleOf, sweepTrial, workerOf } from './trial.ts'

/** Why no further trial begins. */
export type SweepEnd = 'trials' | 'time' | 'exhausted'

/** What a worker does next: carry out a trial, wait for those of others, or end. */
export type Claim = JournalTrial | 'wait' | SweepEnd

/** The value of a complete or pruned trial, or why it failed; further attributes. */
export interface TrialEnd {
  readonly state: (typeof TrialState)['complete' | 'pruned' | 'fail']
  readonly value?: number
  readonly attributes: Readonly<Record<string, unknown>>
}

interface StudyOptions {
  /** Trials in all, in place of those of the budget. */
  readonly trials?: number | undefined
  /** Trials that other programs enqueue are run also after the budget. */
  readonly wait?: boolean | undefined
}

/** The trials of a sweep, which several workers share through its journal. */
export class SweepStudy {
  readonly folder: SweepFolder
  readonly #study: StudyJournal
  readonly #parameters: readonly Parameter[]
  readonly #options: StudyOptions

  private constructor(folder: SweepFolder, study: StudyJournal, options: StudyOptions) {
    this.folder = folder
    this.#study = study
    this.#parameters = sweepParameters(folder.sweep)
    this.#options = options
  }

  static async open(folder: SweepFolder, options: StudyOptions = {}): Promise<SweepStudy> {
    const { objective, name } = folder.sweep
    const direction = higherIsBetter(objective.metric) ? Direction.maximize : Direction.minimize
    return new SweepStudy(folder, await StudyJournal.open(folder.journal, name, direction), options)
  }

  get sweep(): Sweep {
    return this.folder.sweep
  }

  /** Reads what others have written. */
  sync(): Promise<void> {
    return this.#study.sync()
  }

  /** In the order of their numbers, without those that other programs run. */
  trials(): SweepTrial[] {
    return this.#own().map((trial) => this.view(trial))
  }

  /** Trials that another program has enqueued and no worker has taken. */
  enqueued(): number {
    return this.#study.trials.filter(({ state }) => state === TrialState.waiting).length
  }

  view(trial: JournalTrial): SweepTrial {
    return sweepTrial(trial, { parameters: this.#parameters, directoryOf: this.folder.directoryOf })
  }

  /**
   * Takes a trial for a worker: one that a dead worker has left, else one that another program has enqueued, else the
   * next one of the sampler. No other worker takes it at the same time.
   * @param worker its name
   */
  async claim(worker: string): Promise<Claim> {
    let claim: Claim = 'wait'
    const created = await this.#study.write(async (writer) => {
      claim =
        (await this.#takeOver(writer, worker)) ??
        this.#startEnqueued(writer, worker) ??
        this.#end() ??
        this.#create(writer, worker)
      const isBusy = this.#own().some((trial) => !isFinished(trial))
      if (typeof claim === 'string' && isBusy) claim = 'wait'
    })
    return created ?? claim
  }

  /** Why no trial is left; undefined if a worker may find one. */
  ended(): SweepEnd | undefined {
    return !this.#options.wait && this.#own().every(isFinished) ? this.#end() : undefined
  }

  /** Whether a trial is still unfinished and this worker's: another one may have taken it over. */
  holds(trial: JournalTrial, worker: string): boolean {
    return !isFinished(trial) && workerOf(trial)?.name === worker
  }

  /** Whether a worker has a trial. */
  isHeldBy(worker: string): boolean {
    return this.#own().some((trial) => this.holds(trial, worker))
  }

  /** Adds the epochs that the journal lacks: a crash may have come between an epoch and its line. */
  async recordEpochs(trial: JournalTrial, worker: string, history: readonly HistoryEntry[]): Promise<void> {
    const { metric } = this.sweep.objective
    const values = history
      .map((entry) => [entry.epoch, entry[metric as keyof HistoryEntry]] as const)
      .filter((item): item is readonly [number, number] => item[1] !== undefined)
    await this.#study.write((writer) => {
      if (!this.holds(trial, worker)) return
      writer.setIntermediateValues(
        trial,
        values.filter(([epoch]) => !trial.intermediateValues.has(epoch)),
      )
    })
  }

  /** Whether the pruner ends a trial after the epochs that are recorded. @param epochs of the whole trial */
  isPruned(trial: JournalTrial, epochs: number): boolean {
    const { pruner, seed } = this.sweep
    const trials = this.#past()
    const own = trials.find(({ number }) => number === trial.number)
    if (pruner === undefined || own === undefined || lastEpoch(own) >= epochs) return false
    return isPruned(own, { options: pruner, trials, seed, epochs })
  }

  #past(): PastTrial[] {
    return this.#own().flatMap((trial) => pastTrial(trial, this.view(trial), this.sweep.objective) ?? [])
  }

  async end(trial: JournalTrial, worker: string, end: TrialEnd): Promise<void> {
    await this.#study.write((writer) => {
      if (this.holds(trial, worker)) endTrial(writer, trial, end)
    })
  }

  /** Gives an unfinished trial back, for any worker to continue. */
  async release(trial: JournalTrial, worker: string): Promise<void> {
    await this.#study.write((writer) => {
      if (this.holds(trial, worker)) writer.setAttributes(trial, { worker: null })
    })
  }

  /** Notes that a worker stopped in its trial without a result: the trial is tried again, or fails. */
  async interrupt(how: Omit<TrialInterruption, 'epochs'>): Promise<void> {
    await this.#study.write((writer) => {
      for (const trial of this.#own()) {
        const list = interruptionsOf(trial)
        if (this.holds(trial, how.worker)) this.#interrupt(writer, trial, how)
        // Another worker was faster to take it over, and knew less.
        else if (!isFinished(trial) && list.some(({ worker }) => worker === how.worker))
          writer.setAttributes(trial, { [INTERRUPTIONS]: withInterruption(list, { ...how, epochs: 0 }) })
      }
    })
  }

  /** @returns whether the trial is tried again */
  #interrupt(
    writer: JournalWriter,
    trial: JournalTrial,
    how: Omit<TrialInterruption, 'epochs'>,
    attributes: Readonly<Record<string, unknown>> = { worker: null },
  ): boolean {
    const epochs = Math.max(0, ...trial.intermediateValues.keys())
    const list = withInterruption(interruptionsOf(trial), { ...how, epochs })
    const error = finalMessage(list)
    if (error === undefined) writer.setAttributes(trial, { [INTERRUPTIONS]: list, ...attributes })
    else endTrial(writer, trial, { state: TrialState.fail, attributes: { [INTERRUPTIONS]: list, error } })
    return error === undefined
  }

  async #takeOver(writer: JournalWriter, worker: string): Promise<JournalTrial | undefined> {
    for (const trial of this.#own()) {
      if (isFinished(trial)) continue
      const holder = workerOf(trial)?.name
      if (holder === undefined) {
        writer.setAttributes(trial, heldBy(worker))
        return trial
      }
      if (await isPresent(this.folder.path, holder)) continue
      const how = {
        kind: 'killed',
        message: 'The process of the worker was killed.',
        worker: holder,
      } as const
      if (this.#interrupt(writer, trial, how, heldBy(worker))) return trial
    }
    return undefined
  }

  #startEnqueued(writer: JournalWriter, worker: string): Claim | undefined {
    if (this.#end() !== undefined && !this.#options.wait) return undefined
    const trial = this.#study.trials.find(({ state }) => state === TrialState.waiting)
    if (trial === undefined) return undefined
    const attributes = { enqueued: true, ...heldBy(worker) }
    try {
      const values = enqueuedValues(trial, this.#parameters, this.sweep.seed)
      writer.start(trial, this.#newTrial(values, attributes))
      return trial
    } catch (error) {
      if (!isTreadleError(error) || error.code !== 'EXPERIMENT_BAD_TRIAL') throw error
      writer.start(trial, this.#newTrial({}, attributes))
      endTrial(writer, trial, { state: TrialState.fail, attributes: { error: error.message } })
      return 'wait'
    }
  }

  #create(writer: JournalWriter, worker: string): Claim {
    const number = Math.max(-1, ...this.#own().map((trial) => sampleOf(trial) ?? -1)) + 1
    const sampler = samplers[this.sweep.sampler] as Sampler
    const values = sampler.suggest(this.#parameters, this.sweep.seed, number, this.#past())
    if (values === undefined) return 'exhausted'
    writer.create(this.#newTrial(values, { sample: number, ...heldBy(worker) }))
    return 'wait'
  }

  #end(): SweepEnd | undefined {
    const { trials, time } = this.sweep.budget
    const own = this.#own()
    if (own.length >= (this.#options.trials ?? trials ?? Infinity)) return 'trials'
    return elapsedSeconds(own, Date.now()) >= (time ?? Infinity) ? 'time' : undefined
  }

  #own(): JournalTrial[] {
    return this.#study.trials.filter(isOwn)
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
}

const heldBy = (name: string) => ({ worker: { name, since: timestamp() } })

function endTrial(writer: JournalWriter, trial: JournalTrial, { state, value, attributes }: TrialEnd): void {
  writer.setAttributes(trial, attributes)
  writer.end(trial, state, value)
}
