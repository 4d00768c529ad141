import { del, get, set } from 'idb-keyval'
import type { DataChoice, RunStatus, TrainSettings } from './protocol.ts'

/** What is kept between visits: enough to go on with a run, or to have its network back. */
export interface Kept {
  readonly format: 1
  readonly data: DataChoice
  readonly run?: KeptRun
  /** A model from files, as it was given. */
  readonly model?: readonly File[]
}

export interface KeptRun {
  readonly settings: TrainSettings
  readonly status: RunStatus
  /** ISO 8601. */
  readonly startedAt: string
  /** Spent on training so far. */
  readonly seconds: number
  /** An encoded training state, with a checksum of its own; absent before the first epoch has ended. */
  readonly state?: Uint8Array
}

const KEY = 'treadle:kept'

/** IndexedDB writes a value whole or not at all, so a crash leaves the one before. */
export const keep = (kept: Kept): Promise<void> => set(KEY, kept)

export async function findKept(): Promise<Kept | undefined> {
  const kept = await get<Kept>(KEY)
  return kept?.format === 1 ? kept : undefined
}

export const forgetKept = (): Promise<void> => del(KEY)

/**
 * Holds what is kept for this tab alone, until it goes away: two tabs would overwrite each other's run.
 * @param held is called as soon as it is to be had, which may be when another tab is closed
 * @returns whether it was to be had at once; a tab that is just going away is waited for
 */
export async function holdStore(held: () => void): Promise<boolean> {
  if (!navigator.locks) {
    held()
    return true
  }
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), 1500)
    const hold = () => {
      held()
      resolve(true)
      return new Promise<never>(() => {})
    }
    navigator.locks.request(KEY, hold).catch(() => resolve(false))
  })
}
