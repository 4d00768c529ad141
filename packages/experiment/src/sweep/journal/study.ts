import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { JournalFile } from './file.ts'
import { OpCode, type Operation, TrialState, timestamp } from './operations.ts'

/** A trial as the journal tells it. */
export interface JournalTrial {
  /** Over all studies of the file. */
  readonly id: number
  /** Within the study, from 0. */
  readonly number: number
  state: number
  readonly parameters: Map<string, number>
  readonly userAttributes: Map<string, unknown>
  readonly systemAttributes: Map<string, unknown>
  readonly intermediateValues: Map<number, number | null>
  values: readonly (number | null)[] | undefined
  startedAt: string | undefined
  completedAt: string | undefined
}

const number = z.nullable(z.number())
const operation = z.looseObject({
  op_code: z.number(),
  worker_id: z.string(),
  study_name: z.optional(z.string()),
  study_id: z.optional(z.number()),
  trial_id: z.optional(z.number()),
  state: z.optional(z.number()),
  params: z.optional(z.record(z.string(), z.number())),
  user_attrs: z.optional(z.record(z.string(), z.unknown())),
  system_attrs: z.optional(z.record(z.string(), z.unknown())),
  system_attr: z.optional(z.record(z.string(), z.unknown())),
  user_attr: z.optional(z.record(z.string(), z.unknown())),
  intermediate_values: z.optional(z.record(z.string(), number)),
  values: z.optional(z.nullable(z.array(number))),
  value: z.optional(number),
  param_name: z.optional(z.string()),
  param_value_internal: z.optional(z.number()),
  step: z.optional(z.number()),
  intermediate_value: z.optional(number),
  datetime_start: z.optional(z.nullable(z.string())),
  datetime_complete: z.optional(z.nullable(z.string())),
})
type ReadOperation = z.infer<typeof operation>

/** What a trial begins with. */
export interface NewTrial {
  /** As a journal holds them. */
  readonly parameters: Readonly<Record<string, number>>
  /** As JSON. */
  readonly distributions: Readonly<Record<string, string>>
  readonly userAttributes: Readonly<Record<string, unknown>>
}

/** One study of a journal, which several processes may write. */
export class StudyJournal {
  readonly #file: JournalFile
  readonly #name: string
  readonly #direction: number
  readonly #worker = randomUUID()
  readonly #studies: string[] = []
  /** Of all studies, by id; undefined for trials of other studies. */
  readonly #trials: (JournalTrial | undefined)[] = []
  #count = 0
  #last: JournalTrial | undefined

  private constructor(path: string, name: string, direction: number) {
    this.#file = new JournalFile(path)
    this.#name = name
    this.#direction = direction
  }

  /**
   * Opens the study of a name, and creates it if the file has none.
   * @param path absolute
   * @param direction of `Direction`
   * @throws TreadleError `EXPERIMENT_BAD_JOURNAL`
   */
  static async open(path: string, name: string, direction: number): Promise<StudyJournal> {
    const study = new StudyJournal(path, name, direction)
    await study.sync()
    if (study.#id < 0) {
      await study.#append([{ op_code: OpCode.createStudy, study_name: name, directions: [direction] }])
      await study.sync()
    }
    return study
  }

  /** The trials of the study, by number. */
  get trials(): readonly JournalTrial[] {
    return this.#trials.filter((trial) => trial !== undefined)
  }

  get direction(): number {
    return this.#direction
  }

  /** Reads what other processes have appended. */
  async sync(): Promise<void> {
    for (const line of await this.#file.readNew()) {
      const read = operation.safeParse(line)
      if (read.success) this.#apply(read.data)
    }
  }

  setUserAttribute(key: string, value: unknown): Promise<void> {
    return this.#append([
      { op_code: OpCode.setStudyUserAttribute, study_id: this.#id, user_attr: { [key]: value } },
    ])
  }

  /** Creates a running trial with all of its parameters in one line: a crash leaves all of it or nothing. */
  async createTrial(given: NewTrial): Promise<JournalTrial> {
    await this.#append([
      {
        op_code: OpCode.createTrial,
        study_id: this.#id,
        datetime_start: timestamp(),
        state: TrialState.running,
        value: null,
        values: null,
        distributions: given.distributions,
        params: given.parameters,
        user_attrs: given.userAttributes,
        system_attrs: {},
        intermediate_values: {},
      },
    ])
    await this.sync()
    return this.#last as JournalTrial
  }

  /**
   * Takes a trial that another program has added and that waits for a worker.
   * @returns false if another worker was faster
   */
  async claimTrial(
    trial: JournalTrial,
    { parameters, distributions, userAttributes }: NewTrial,
  ): Promise<boolean> {
    let isClaimed = false
    await this.#file.append(async () => {
      await this.sync()
      isClaimed = trial.state === TrialState.waiting
      if (!isClaimed) return []
      // The state comes last: after a crash the trial still waits, or is whole.
      return this.#signed([
        ...userAttributeOperations(trial, userAttributes),
        ...Object.entries(parameters).map(([name, value]) => ({
          op_code: OpCode.setTrialParameter,
          trial_id: trial.id,
          param_name: name,
          param_value_internal: value,
          distribution: distributions[name],
        })),
        {
          op_code: OpCode.setTrialState,
          trial_id: trial.id,
          state: TrialState.running,
          values: null,
          datetime_start: timestamp(),
        },
      ])
    })
    await this.sync()
    return isClaimed
  }

  async setIntermediateValues({ id }: JournalTrial, values: ReadonlyMap<number, number>): Promise<void> {
    if (values.size === 0) return
    await this.#append(
      [...values].map(([step, value]) => ({
        op_code: OpCode.setTrialIntermediateValue,
        trial_id: id,
        step,
        intermediate_value: value,
      })),
    )
    await this.sync()
  }

  /** Ends a trial. @param value of a complete trial */
  async endTrial(
    trial: JournalTrial,
    state: number,
    { value, userAttributes }: { readonly value?: number; readonly userAttributes: object },
  ): Promise<void> {
    await this.#append([
      ...userAttributeOperations(trial, userAttributes),
      {
        op_code: OpCode.setTrialState,
        trial_id: trial.id,
        state,
        values: value === undefined ? null : [value],
        datetime_complete: timestamp(),
      },
    ])
    await this.sync()
  }

  get #id(): number {
    return this.#studies.indexOf(this.#name)
  }

  #append(operations: readonly Omit<Operation, 'worker_id'>[]): Promise<void> {
    return this.#file.append(() => this.#signed(operations))
  }

  #signed(operations: readonly Omit<Operation, 'worker_id'>[]): Operation[] {
    return operations.map(({ op_code: code, ...fields }) => ({
      op_code: code as number,
      worker_id: this.#worker,
      ...fields,
    }))
  }

  #apply(line: ReadOperation): void {
    const { op_code: code } = line
    if (code === OpCode.createStudy) {
      const { study_name: name } = line
      if (name !== undefined && !this.#studies.includes(name)) this.#studies.push(name)
      return
    }
    if (code === OpCode.deleteStudy && line.study_id !== undefined) this.#studies[line.study_id] = ''
    if (code === OpCode.createTrial) return this.#create(line)
    const trial = line.trial_id === undefined ? undefined : this.#trials[line.trial_id]
    if (trial === undefined || isFinished(trial)) return
    if (code === OpCode.setTrialParameter)
      trial.parameters.set(line.param_name ?? '', line.param_value_internal ?? 0)
    if (code === OpCode.setTrialIntermediateValue)
      trial.intermediateValues.set(line.step ?? 0, line.intermediate_value ?? null)
    if (code === OpCode.setTrialUserAttribute)
      for (const [key, value] of Object.entries(line.user_attr ?? {})) trial.userAttributes.set(key, value)
    if (code === OpCode.setTrialSystemAttribute)
      for (const [key, value] of Object.entries(line.system_attr ?? {}))
        trial.systemAttributes.set(key, value)
    if (code === OpCode.setTrialState) {
      trial.state = line.state ?? trial.state
      trial.values = line.values ?? trial.values
      trial.startedAt = line.datetime_start ?? trial.startedAt
      trial.completedAt = line.datetime_complete ?? trial.completedAt
    }
  }

  #create(line: ReadOperation): void {
    const id = this.#trials.length
    if (line.study_id !== this.#id) return void this.#trials.push(undefined)
    const trial: JournalTrial = {
      id,
      number: this.#count++,
      state: line.state ?? TrialState.running,
      parameters: new Map(Object.entries(line.params ?? {})),
      userAttributes: new Map(Object.entries(line.user_attrs ?? {})),
      systemAttributes: new Map(Object.entries(line.system_attrs ?? {})),
      intermediateValues: new Map(
        Object.entries(line.intermediate_values ?? {}).map(([step, value]) => [Number(step), value]),
      ),
      values: line.values ?? (line.value === undefined ? undefined : [line.value]),
      startedAt: line.datetime_start ?? undefined,
      completedAt: line.datetime_complete ?? undefined,
    }
    this.#trials.push(trial)
    if (line.worker_id === this.#worker) this.#last = trial
  }
}

/** One line takes one attribute. */
const userAttributeOperations = ({ id }: JournalTrial, attributes: object) =>
  Object.entries(attributes).map(([key, value]) => ({
    op_code: OpCode.setTrialUserAttribute,
    trial_id: id,
    user_attr: { [key]: value as unknown },
  }))

export const isFinished = ({ state }: JournalTrial): boolean =>
  state !== TrialState.running && state !== TrialState.waiting
