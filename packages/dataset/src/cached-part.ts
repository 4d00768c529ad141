import { TreadleError, isTreadleError } from '@treadle/core'
import { memoryPart } from './memory-part.ts'
import type { LoadOptions } from './options.ts'
import type { Cache, Part } from './platform.ts'

/**
 * A partial file in the cache that moves to memory when the cache cannot be written. An unwritable folder or a full
 * disk causes a warning, and the download continues.
 */
export async function cachedPart(
  cache: Cache,
  name: string,
  onWarning: LoadOptions['onWarning'],
): Promise<Part> {
  function warn(error: unknown): void {
    if (!isTreadleError(error)) throw error
    onWarning?.({
      code: error.code,
      message: `${error.message} The download is used but not cached.`,
    })
  }

  let part: Part
  try {
    part = await cache.begin(name)
  } catch (error) {
    warn(error)
    part = memoryPart(name)
  }

  async function moveToMemory(error: unknown): Promise<void> {
    warn(error)
    const memory = memoryPart(name)
    for await (const chunk of part.file().stream()) {
      await memory.append(chunk.slice(0, part.size - memory.size))
      if (memory.size === part.size) break
    }
    await part.close({ keep: false })
    if (memory.size < part.size)
      throw new TreadleError(
        'DATASET_CACHE',
        `Reading back the partial download of ${name} from ${cache.location} failed. Start the download again.`,
      )
    part = memory
  }

  return {
    get size() {
      return part.size
    },
    async append(bytes) {
      try {
        await part.append(bytes)
      } catch (error) {
        await moveToMemory(error)
        await part.append(bytes)
      }
    },
    async reset() {
      try {
        await part.reset()
      } catch (error) {
        warn(error)
        await part.close({ keep: false })
        part = memoryPart(name)
      }
    },
    file: () => part.file(),
    commit: () =>
      part.commit().catch(async (error: unknown) => {
        warn(error)
        await part.close({ keep: false })
      }),
    close: (options) => part.close(options),
  }
}
