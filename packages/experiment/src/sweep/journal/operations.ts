/*
 * The operations of Optuna's journal (optuna/storages/journal/_storage.py of Optuna 5.0). A reader applies them in the
 * order of the file. Studies and trials have no identity in the file: they are numbered as they are created.
 */

export const OpCode = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  createTrial: 4,
  setTrialParameter: 5,
  setTrialState: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
} as const

export const TrialState = { running: 0, complete: 1, pruned: 2, fail: 3, waiting: 4 } as const

export const Direction = { minimize: 1, maximize: 2 } as const

export interface Operation {
  readonly op_code: number
  readonly worker_id: string
  readonly [field: string]: unknown
}

/** A moment as Optuna writes it. */
export const timestamp = (): string => new Date().toISOString().replace('Z', '000+00:00')
