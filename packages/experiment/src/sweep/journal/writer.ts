import { OpCode, type Operation, TrialState, timestamp } from './operations.ts'
import type { JournalTrial } from './trial.ts'

/** What a trial begins with. */
export interface NewTrial {
  /** As a journal holds them. */
  readonly parameters: Readonly<Record<string, number>>
  /** As JSON. */
  readonly distributions: Readonly<Record<string, string>>
  readonly userAttributes: Readonly<Record<string, unknown>>
}

/** Collects the operations that a process appends in one piece. */
export class JournalWriter {
  readonly operations: Omit<Operation, 'worker_id'>[] = []
  readonly #study: number

  /** @param study its id */
  constructor(study: number) {
    this.#study = study
  }

  /** Creates a running trial with all of its parameters in one line: a crash leaves all of it or nothing. */
  create({ parameters, distributions, userAttributes }: NewTrial): void {
    this.operations.push({
      op_code: OpCode.createTrial,
      study_id: this.#study,
      datetime_start: timestamp(),
      state: TrialState.running,
      value: null,
      values: null,
      distributions,
      params: parameters,
      user_attrs: userAttributes,
      system_attrs: {},
      intermediate_values: {},
    })
  }

  /** Starts a waiting trial. The state comes last: after a crash the trial still waits, or is whole. */
  start(trial: JournalTrial, { parameters, distributions, userAttributes }: NewTrial): void {
    this.setAttributes(trial, userAttributes)
    for (const [name, value] of Object.entries(parameters))
      this.operations.push({
        op_code: OpCode.setTrialParameter,
        trial_id: trial.id,
        param_name: name,
        param_value_internal: value,
        distribution: distributions[name],
      })
    this.operations.push({
      op_code: OpCode.setTrialState,
      trial_id: trial.id,
      state: TrialState.running,
      values: null,
      datetime_start: timestamp(),
    })
  }

  /** One line takes one attribute. */
  setAttributes({ id }: JournalTrial, attributes: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(attributes))
      this.operations.push({
        op_code: OpCode.setTrialUserAttribute,
        trial_id: id,
        user_attr: { [key]: value },
      })
  }

  setIntermediateValues(
    { id }: JournalTrial,
    values: Iterable<readonly [step: number, value: number]>,
  ): void {
    for (const [step, value] of values)
      this.operations.push({
        op_code: OpCode.setTrialIntermediateValue,
        trial_id: id,
        step,
        intermediate_value: value,
      })
  }

  /** Ends a trial. @param value of a complete trial */
  end({ id }: JournalTrial, state: number, value?: number): void {
    this.operations.push({
      op_code: OpCode.setTrialState,
      trial_id: id,
      state,
      values: value === undefined ? null : [value],
      datetime_complete: timestamp(),
    })
  }
}
