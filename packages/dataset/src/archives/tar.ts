import { isTreadleError } from '@treadle/core'
import { unpackTar } from 'modern-tar'
import type { DataFile } from '../data-file.ts'
import { sourceFile } from '../bytes.ts'
import { ArchiveLimits, badArchive, entryPath } from './entry.ts'

/**
 * The files of a tar archive, in memory.
 * @param name for messages
 * @throws TreadleError `DATASET_BAD_ARCHIVE`
 */
export async function tarFiles(bytes: Uint8Array, name: string): Promise<DataFile[]> {
  const limits = new ArchiveLimits(name)
  try {
    const entries = await unpackTar(bytes, { strict: true })
    return entries
      .filter(({ header, data }) => header.type === 'file' && data !== undefined)
      .map(({ header, data }) => {
        limits.add(header.size)
        const path = entryPath(name, header.name)
        return { ...sourceFile(data as Uint8Array, `${name}/${path}`), path }
      })
  } catch (error) {
    throw isTreadleError(error)
      ? error
      : badArchive(
          name,
          `it is no valid tar archive (${error instanceof Error ? error.message : String(error)})`,
          error,
        )
  }
}
