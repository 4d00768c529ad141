import { del, get, keys, set } from 'idb-keyval'
import { KeyedStore } from './keyed-store.ts'

/** A store in the browser's IndexedDB, which writes a value as a whole or not at all. */
export function indexedDbStore(name: string): KeyedStore {
  return new KeyedStore(name, {
    get: (key) => get<Uint8Array>(key),
    set: (key, value) => set(key, value),
    delete: (key) => del(key),
    keys: async () => (await keys()).filter((key) => typeof key === 'string'),
  })
}
