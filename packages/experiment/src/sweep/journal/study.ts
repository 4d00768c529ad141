import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { JournalFile } from './file.ts'
import { OpCode, type Operation, TrialState } from './operations.ts'
import { type JournalTrial, isFinished } from './trial.ts'
import { JournalWriter } from './writer.ts'

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

/** One study of a journal, which several processes may write. */
export class StudyJournal {
  readonly #file: JournalFile
  readonly #name: string
  readonly #worker = randomUUID()
  readonly #studies: string[] = []
  /** Of all studies, by id; undefined for trials of other studies. */
  readonly #trials: (JournalTrial | undefined)[] = []
  #count = 0
  #last: JournalTrial | undefined
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(path: string, name: string) {
    this.#file = new JournalFile(path)
    this.#name = name
  }

  /**
   * Opens the study of a name, and creates it if the file has none.
   * @param path absolute
   * @param direction of `Direction`
   * @throws TreadleError `EXPERIMENT_BAD_JOURNAL`
   */
  static async open(path: string, name: string, direction: number): Promise<StudyJournal> {
    const study = new StudyJournal(path, name)
    await study.sync()
    if (study.#id < 0) {
      const creation = { op_code: OpCode.createStudy, study_name: name, directions: [direction] }
      await study.#file.append(() => study.#signed([creation]))
      await study.sync()
    }
    return study
  }

  /** The trials of the study, by number. */
  get trials(): readonly JournalTrial[] {
    return this.#trials.filter((trial) => trial !== undefined)
  }

  /** Reads what other processes have appended. */
  sync(): Promise<void> {
    return this.#inTurn(() => this.#read())
  }

  /**
   * Appends what `decide` writes, in one piece. No other process appends between the reading of the trials, which comes
   * first, and the writing.
   * @returns the trial that was created, if one was
   */
  write(decide: (writer: JournalWriter) => void | Promise<void>): Promise<JournalTrial | undefined> {
    return this.#inTurn(async () => {
      this.#last = undefined
      await this.#file.append(async () => {
        await this.#read()
        const writer = new JournalWriter(this.#id)
        await decide(writer)
        return this.#signed(writer.operations)
      })
      await this.#read()
      return this.#last
    })
  }

  /** One task after the other: each continues reading where the last one ended. */
  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(task)
    this.#turn = result.catch(() => {})
    return result
  }

  async #read(): Promise<void> {
    for (const line of await this.#file.readNew()) {
      const read = operation.safeParse(line)
      if (read.success) this.#apply(read.data)
    }
  }

  get #id(): number {
    return this.#studies.indexOf(this.#name)
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
      // The first program that claims a waiting trial has it.
      if (line.state === TrialState.running && trial.state === TrialState.running) return
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
