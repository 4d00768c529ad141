import { Run, openStore } from '@treadle/experiment'
import { del, delMany, get, keys, set } from 'idb-keyval'
import type { DataChoice, Settings } from './protocol.ts'
import { type FirstKept, recordOfFirst } from './first-version.ts'

/** The name of the page's run in the browser's store of runs. */
export const RUN = 'run'

/** The names of the runs that have ended begin so. */
export const PAST = 'past'

/** What the page stores besides its run. */
export interface Kept {
  readonly format: 2
  readonly data: DataChoice
  /** What the form showed when the run started; absent without a run. */
  readonly settings?: Settings
  /** Whether the user stopped the run, which is otherwise paused. */
  readonly stopped?: boolean
  /** The files of a loaded model. */
  readonly model?: readonly File[]
}

const KEY = 'treadle:kept'

/** IndexedDB writes a value as a whole, so a crash leaves the previous one. */
export const keep = (kept: Kept): Promise<void> => set(KEY, kept)

/**
 * @returns what the page has stored; undefined if there is nothing
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE` for a run of an earlier version that cannot be continued
 */
export async function findKept(): Promise<Kept | undefined> {
  const kept = await get<Kept | FirstKept>(KEY)
  return kept?.format === 1 ? moveFirst(kept) : kept
}

/** Moves a run of the page's first versions to the store of runs. */
async function moveFirst({ data, model, run }: FirstKept): Promise<Kept> {
  let kept: Kept = { format: 2, data, ...(model && { model }) }
  if (run) {
    const { settings, record } = await recordOfFirst(run, data)
    const moved = await Run.create(openStore(RUN), record, { force: true })
    if (run.state) await moved.writeCheckpoint('last', run.state)
    await moved.release()
    kept = { ...kept, settings, stopped: run.status === 'stopped' }
  }
  await keep(kept)
  return kept
}

export async function forgetKept(): Promise<void> {
  await del(KEY)
  const names = await keys()
  await delMany(names.filter((name) => typeof name === 'string' && /^(run|past)\//.test(name)))
}

/** Whether the store has runs that have ended. */
export async function hasPastRuns(): Promise<boolean> {
  return (await keys()).some((name) => typeof name === 'string' && name.startsWith(`${PAST}/`))
}

/**
 * Reserves the store for this tab until it is closed: two tabs would overwrite each other's run.
 * @param held is called when the store is reserved, which may be after another tab is closed
 * @returns whether it is reserved within 1.5 seconds, the time that a closing tab may need
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
