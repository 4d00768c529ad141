import { type FileEntry, Reader, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-external.js'
import { isTreadleError } from '@treadle/core'
import { type DataFile, type RandomAccess, streamChunks } from '../data-file.ts'
import { type ArchiveLimits, badArchive, entryPath } from './entry.ts'
import { readPart } from './file-part.ts'

/** Workers would need a Blob, which security policies forbid. */
const settings = { useWebWorkers: false } as const

/** An archive in memory, or on a disk. */
export type ZipSource = Uint8Array | { readonly access: RandomAccess; readonly size: number }

/**
 * The files of a zip archive. Each is unpacked when it is read, to at most the size that its entry states.
 * @param name for messages
 * @throws TreadleError `DATASET_BAD_ARCHIVE`
 */
export async function zipFiles(source: ZipSource, name: string, limits: ArchiveLimits): Promise<DataFile[]> {
  const files: DataFile[] = []
  const reader = source instanceof Uint8Array ? new Uint8ArrayReader(source) : new DiskReader(source, name)
  try {
    for await (const entry of new ZipReader(reader, settings).getEntriesGenerator()) {
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

class DiskReader extends Reader<string> {
  readonly #access: RandomAccess

  constructor({ access, size }: { readonly access: RandomAccess; readonly size: number }, name: string) {
    super(name)
    this.#access = access
    this.size = size
  }

  override async readUint8Array(start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return readPart(this.#access, { start, length: Math.min(length, this.size - start) }, 'the archive')
  }
}

function fileOf(entry: FileEntry, archive: string): DataFile {
  const path = entryPath(archive, entry.filename)
  return {
    name: `${archive}/${path}`,
    path,
    size: async () => entry.uncompressedSize,
    async *stream() {
      const { uncompressedSize: stated } = entry
      let size = 0
      try {
        for await (const chunk of unpacked(entry)) {
          size += chunk.length
          if (size > stated) throw new Error('it is longer than its entry states')
          yield chunk
        }
        if (size < stated) throw new Error('it is shorter than its entry states')
      } catch (error) {
        throw badArchive(archive, `${entry.filename} is damaged (${messageOf(error)})`, error)
      }
    },
  }
}

/** The bytes of an entry, which is unpacked as far as they are read. */
function unpacked(entry: FileEntry): AsyncIterable<Uint8Array> {
  let taken: (() => void) | undefined
  let isCancelled = false
  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const writable = new WritableStream<Uint8Array>({
          write(chunk) {
            if (isCancelled) throw new Error('it is not read to its end')
            controller.enqueue(chunk)
            return new Promise((resolve) => (taken = resolve))
          },
        })
        void entry.getData(writable, { ...settings, checkSignature: true }).then(
          () => isCancelled || controller.close(),
          (error: unknown) => isCancelled || controller.error(error),
        )
      },
      pull: () => taken?.(),
      cancel() {
        isCancelled = true
        taken?.()
      },
    },
    { highWaterMark: 0 },
  )
  return streamChunks(readable)
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
