import { TreadleError } from '@treadle/core'
import { streamChunks } from '../data-file.ts'
import { memoryPart } from '../memory-part.ts'
import type { Cache } from '../platform.ts'

/**
 * A cache of downloads in the page's Cache Storage `store`. Files are written whole.
 * Cache Storage needs a secure context (https or localhost).
 */
export function storeCache(store: string): Cache {
  return {
    location: `this browser's Cache Storage “${store}”`,
    async find(name) {
      // Without a secure context or permission there is no store, and nothing is cached.
      const opened = await globalThis.caches?.open(store).catch(() => undefined)
      const response = await opened?.match(address(name))
      if (!response) return undefined
      const blob = await response.blob()
      return {
        name,
        path: name.slice(name.lastIndexOf('/') + 1),
        size: async () => blob.size,
        stream: () => streamChunks(blob.stream()),
      }
    },
    async begin(name) {
      return memoryPart(name, async (chunks) => {
        try {
          const opened = await caches.open(store)
          await opened.put(address(name), new Response(new Blob(chunks as Uint8Array<ArrayBuffer>[])))
        } catch (cause) {
          throw new TreadleError(
            'DATASET_CACHE',
            `Writing ${name} to Cache Storage failed: ${cause instanceof Error ? cause.message : String(cause)}. ` +
              'Free some space for this site, or serve it over https.',
            { cause },
          )
        }
      })
    },
    // The browser bounds the store.
    sweep: async () => {},
  }
}

/** Cache Storage uses addresses as keys. This domain does not exist. */
function address(name: string): string {
  return `https://cache.treadle.invalid/${name}`
}
