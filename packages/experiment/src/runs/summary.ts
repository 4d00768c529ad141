import { higherIsBetter, type History } from '@treadle/core'
import { platform } from '#platform'
import { historyOf } from '../record/history.ts'
import type { RunRecord } from '../record/record.ts'
import type { Run } from '../store/run.ts'

/**
 * `done`: trained to its end. `interrupted`: stopped or killed, can be resumed. `failed`: ended with an error.
 * `damaged`: cannot be read.
 */
export type RunState = 'done' | 'running' | 'interrupted' | 'failed' | 'damaged'

/** A run in a list. A damaged run has only its location, its state and the problem. */
export interface RunSummary {
  /** A path, or the run's name in a browser. */
  readonly location: string
  readonly state: RunState
  /** Why a run is damaged or failed. */
  readonly problem?: string
  readonly record?: RunRecord
  /** Finished epochs. */
  readonly epochs?: number
  /** Of each metric of the history the best value over the epochs: the highest accuracy, the lowest loss. */
  readonly best?: Readonly<Partial<Record<keyof History, number>>>
}

/** @throws TreadleError `EXPERIMENT_RUN_INVALID` if the history is damaged */
export async function summariseRun(run: Run): Promise<RunSummary> {
  const { record, location } = run
  const history = historyOf(await run.readHistory())
  const columns = Object.entries(history).filter(([, values]) => values.length > 0)
  return {
    location,
    state: stateOf(record, record.status === 'running' && (await isWritten(run))),
    ...(record.error !== undefined && { problem: record.error }),
    record,
    epochs: history.loss.length,
    best: Object.fromEntries(
      columns.map(([name, values]) => [
        name,
        values.reduce((best, value) => (higherIsBetter(name) === value > best ? value : best)),
      ]),
    ),
  }
}

/** Earlier versions take no lock; their record names the process that trains. */
async function isWritten({ record: { process }, store }: Run): Promise<boolean> {
  if (process !== undefined && process.token === undefined && platform.isAlive(process)) return true
  return store.inUse()
}

function stateOf({ status }: RunRecord, inUse: boolean): RunState {
  if (status === 'finished' || status === 'early-stopping') return 'done'
  if (status === 'failed') return 'failed'
  return inUse ? 'running' : 'interrupted'
}
