import { type FileEntry, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-external.js'
import { isTreadleError } from '@treadle/core'
import type { DataFile } from '../data-file.ts'
import { ArchiveLimits, badArchive, entryPath } from './entry.ts'

/** Workers would need a Blob, which security policies forbid. */
const settings = { useWebWorkers: false } as const

/**
 * The files of a zip archive. Each is unpacked when it is read, to at most the size that its entry states.
 * @param name for messages
 * @throws TreadleError `DATASET_BAD_ARCHIVE`
 */
export async function zipFiles(bytes: Uint8Array, name: string): Promise<DataFile[]> {
  const limits = new ArchiveLimits(name)
  const files: DataFile[] = []
  try {
    for await (const entry of new ZipReader(new Uint8ArrayReader(bytes), settings).getEntriesGenerator()) {
      if (entry.directory) continue
      limits.add(entry.uncompressedSize)
      if (entry.encrypted) throw badArchive(name, `${entry.filename} is encrypted`)
      files.push(fileOf(entry, name))
    }
  } catch (error) {
    throw isTreadleError(error)
      ? error
      : badArchive(name, `it is no valid zip archive (${messageOf(error)})`, error)
  }
  return files
}

function fileOf(entry: FileEntry, archive: string): DataFile {
  const path = entryPath(archive, entry.filename)
  return {
    name: `${archive}/${path}`,
    path,
    size: async () => entry.uncompressedSize,
    async *stream() {
      yield await unpackEntry(entry, archive)
    },
  }
}

async function unpackEntry(entry: FileEntry, archive: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.uncompressedSize)
  let at = 0
  const writable = new WritableStream<Uint8Array>({
    write(chunk) {
      if (at + chunk.length > bytes.length) throw new Error('it is longer than its entry states')
      bytes.set(chunk, at)
      at += chunk.length
    },
  })
  try {
    await entry.getData(writable, { ...settings, checkSignature: true })
    if (at < bytes.length) throw new Error('it is shorter than its entry states')
  } catch (error) {
    throw badArchive(archive, `${entry.filename} is damaged (${messageOf(error)})`, error)
  }
  return bytes
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
