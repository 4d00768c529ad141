import { TreadleError } from '@treadle/core'
import { streamChunks } from '../data-file.ts'
import { memoryPart } from '../memory-part.ts'
import type { Cache } from '../platform.ts'

/**
 * Downloads kept in the page's Cache Storage under `store`. A file is put there whole or not at all.
 * Cache Storage needs a secure context (https or localhost).
 */
export function storeCache(store: string): Cache {
  return {
    location: `this browser's Cache Storage “${store}”`,
    async find(name) {
      // A page without a secure context has no store, and one may be refused: then nothing is kept.
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
            `Keeping ${name} in Cache Storage failed: ${cause instanceof Error ? cause.message : String(cause)}. ` +
              'Free some space for this site, or serve it over https.',
            { cause },
          )
        }
      })
    },
  }
}

/** Cache Storage is keyed by addresses; this one leads nowhere. */
function address(name: string): string {
  return `https://cache.treadle.invalid/${name}`
}
