import { KeyedStore } from './keyed-store.ts'

/** A store that lasts as long as the object: for runs that are not kept. */
export function memoryStore(): KeyedStore {
  const values = new Map<string, Uint8Array>()
  let held = false
  return new KeyedStore('memory', {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value.slice()),
    delete: async (key) => void values.delete(key),
    keys: async () => [...values.keys()],
    hold: async () => {
      if (held) return undefined
      held = true
      return () => void (held = false)
    },
  })
}
