import type { Recipe } from '@treadle/experiment/recipe'
import { del, get, set } from 'idb-keyval'
import type { DataChoice, RunStatus, Settings } from './protocol.ts'
import { recipeOf } from './settings.ts'

/** The stored state: enough to continue a run, or to restore its network. */
export interface Kept {
  readonly format: 2
  readonly data: DataChoice
  readonly run?: KeptRun
  /** The files of a loaded model. */
  readonly model?: readonly File[]
}

export interface KeptRun {
  /** What the form showed, and the complete recipe that followed from it. */
  readonly settings: Settings
  readonly recipe: Recipe
  readonly status: RunStatus
  /** ISO 8601. */
  readonly startedAt: string
  /** Training time so far. */
  readonly seconds: number
  /** An encoded training state with its checksum; absent before the first checkpoint. */
  readonly state?: Uint8Array
}

const KEY = 'treadle:kept'

/** IndexedDB writes a value as a whole, so a crash leaves the previous one. */
export const keep = (kept: Kept): Promise<void> => set(KEY, kept)

/**
 * @returns the stored state, also that of the first versions of the page; undefined if there is none
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE` for a run that this version cannot continue
 */
export async function findKept(): Promise<Kept | undefined> {
  const kept = await get<Kept | FirstKept>(KEY)
  if (kept?.format !== 1) return kept
  const { run, ...rest } = kept
  return { ...rest, format: 2, ...(run && { run: fromFirst(run, kept.data.kind) }) }
}

/** The state that the page stored when its only settings were these. */
interface FirstKept extends Omit<Kept, 'format' | 'run'> {
  readonly format: 1
  readonly run?: Omit<KeptRun, 'settings' | 'recipe'> & {
    readonly settings: Readonly<
      Record<'epochs' | 'batchSize' | 'seed' | 'threads' | 'executor', string | number>
    >
  }
}

function fromFirst(run: NonNullable<FirstKept['run']>, data: DataChoice['kind']): KeptRun {
  const settings = Object.fromEntries(
    Object.entries(run.settings).map(([name, value]) => [`training.${name}`, String(value)]),
  )
  return { ...run, settings, recipe: recipeOf(settings, data) }
}

export const forgetKept = (): Promise<void> => del(KEY)

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
