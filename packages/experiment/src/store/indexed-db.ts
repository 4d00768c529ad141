import { del, get, keys, set } from 'idb-keyval'
import type { FoundRun } from '../platform.ts'
import { RECORD } from './files.ts'
import { KeyedStore } from './keyed-store.ts'

/** A store in the browser's IndexedDB, which writes a value as a whole or not at all. */
export function indexedDbStore(name: string): KeyedStore {
  return new KeyedStore(name, {
    get: (key) => get<Uint8Array>(key),
    set: (key, value) => set(key, value),
    delete: (key) => del(key),
    keys: async () => (await keys()).filter((key) => typeof key === 'string'),
    hold,
  })
}

/** The runs whose names begin with `prefix`. */
export async function findStoredRuns(prefix: string): Promise<FoundRun[]> {
  const ending = `/${RECORD}`
  const names = (await keys()).filter(
    (key): key is string => typeof key === 'string' && key.startsWith(prefix) && key.endsWith(ending),
  )
  return names.map((key) => ({ location: key.slice(0, -ending.length), bytes: 0 }))
}

/** Takes a name over all pages of the origin, until it is given back or the page ends. */
function hold(name: string): Promise<(() => void) | undefined> {
  // Absent in pages that are not served over HTTPS or from this machine.
  const locks = navigator.locks as LockManager | undefined
  if (locks === undefined) return Promise.resolve(() => {})
  return new Promise((resolve, reject) => {
    locks
      .request(`treadle:${name}`, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(undefined)
        return new Promise<void>((giveBack) => resolve(giveBack))
      })
      .catch(reject)
  })
}
