import { isTreadleError } from '@treadle/core'
import { createTarDecoder } from 'modern-tar'
import { collect, sourceFile } from '../bytes.ts'
import { type DataFile, type RandomAccess, streamChunks } from '../data-file.ts'
import { type ArchiveLimits, badArchive, entryPath } from './entry.ts'
import { partFile } from './file-part.ts'

const BLOCK = 512

/**
 * The files of a tar archive: in memory, or with `access` on the disk, where each is read when it is needed.
 * @param chunks of the archive
 * @param access to the same bytes
 * @throws TreadleError `DATASET_BAD_ARCHIVE`, and what `chunks` throw
 */
export async function tarFiles(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  limits: ArchiveLimits,
  access: RandomAccess | undefined,
): Promise<DataFile[]> {
  const files: DataFile[] = []
  const entries = readableOf(chunks).pipeThrough(createTarDecoder({ strict: true }))
  let at = 0
  try {
    for await (const { header, body } of streamChunks(entries)) {
      const start = access === undefined ? 0 : startOfBody(access, at)
      at = start + Math.ceil(header.size / BLOCK) * BLOCK
      if (header.type !== 'file') {
        await body.cancel()
        continue
      }
      limits.add(header.size)
      const path = entryPath(name, header.name)
      const full = `${name}/${path}`
      if (access === undefined) files.push({ ...sourceFile(await collect(streamChunks(body)), full), path })
      else {
        await body.cancel()
        files.push({ ...partFile(access, { start, length: header.size }, full), path })
      }
    }
  } catch (error) {
    throw isTreadleError(error)
      ? error
      : badArchive(
          name,
          `it is no valid tar archive (${error instanceof Error ? error.message : String(error)})`,
          error,
        )
  }
  return files
}

/** Types of entries that only describe the next one: long names, and attributes of pax. */
const DESCRIBING = new Set(Array.from('xgLKNX', (letter) => letter.charCodeAt(0)))

/** Where the body of an entry begins whose first header is at `at`. */
function startOfBody(access: RandomAccess, at: number): number {
  const header = new Uint8Array(BLOCK)
  for (let start = at; ;) {
    header.fill(0)
    access.readNow(start, header)
    start += BLOCK
    if (!DESCRIBING.has(header[156] as number)) return start
    const size = Number.parseInt(new TextDecoder().decode(header.subarray(124, 136)), 8) || 0
    start += Math.ceil(size / BLOCK) * BLOCK
  }
}

/** A stream that holds one chunk at most. */
function readableOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await iterator.next()
        if (next.done) controller.close()
        else controller.enqueue(new Uint8Array(next.value))
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
