import { TreadleError, isTreadleError } from '@treadle/core'
import { PICTURES_FOLDER, cacheOf } from './cache-options.ts'
import type { RandomAccess } from './data-file.ts'
import type { Place } from './archives/file-part.ts'

/** Options of a load that decide where the bytes of files are while it reads them. */
export interface HoldingOptions {
  /** If given, they are in a temporary file, otherwise in memory. */
  readonly memory?: number | string | undefined
  readonly cacheDirectory?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A file of the cache that only its process sees. */
export interface TemporaryFile {
  /** Reads what was written, also after the file was removed. */
  readonly access: RandomAccess
  readonly size: number
  /** @returns where the bytes are */
  append(bytes: Uint8Array): Promise<Place>
}

/**
 * Writes a temporary file, and removes it from its folder. It is read as long as its `access` is used. The next load removes
 * what a killed process has left.
 *
 * @param what is written, for messages: a file's name
 * @returns the result of `write`
 * @throws TreadleError `DATASET_CACHE` where the cache cannot be written
 */
export async function inTemporaryFile<Result>(
  what: string,
  { cacheDirectory }: HoldingOptions,
  write: (file: TemporaryFile) => Promise<Result>,
): Promise<Result> {
  const cache = cacheOf({ cacheDirectory })
  // A file of this name that was left is used again.
  const part = await cache.begin(`${PICTURES_FOLDER}/temporary`).catch(explain(what))
  let access: RandomAccess | undefined
  try {
    await part.reset().catch(explain(what))
    access = part.file().open?.() as RandomAccess
    return await write({
      access,
      get size() {
        return part.size
      },
      async append(bytes) {
        const start = part.size
        await part.append(bytes).catch(explain(what))
        return { start, length: bytes.length }
      },
    })
  } catch (error) {
    access?.close()
    throw error
  } finally {
    await part.close({ keep: false })
  }
}

const explain = (what: string) => (error: unknown) => {
  if (!isTreadleError(error)) throw error
  throw new TreadleError(
    error.code,
    `Loading ${what} with \`memory\` (--memory), which keeps its unpacked bytes in the cache: ${error.message.replace(/\.$/, '')}, or leave \`memory\` out.`,
    { cause: error },
  )
}
