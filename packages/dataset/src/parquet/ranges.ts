import { MAX_ARCHIVE_BYTES } from '../archives/entry.ts'
import { readPart } from '../archives/file-part.ts'
import { abortable, collect } from '../bytes.ts'
import type { DataFile, RandomAccess } from '../data-file.ts'
import type { HoldingOptions } from '../temporary-file.ts'
import { badParquet } from './bad-parquet.ts'

/** A file that is read range by range. */
export interface Ranges {
  readonly byteLength: number
  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>
  /** There must be no reads after it. */
  close(): void
}

/**
 * Opens a file where it is on a disk. Another one is copied, into memory or with `memory` into a temporary file.
 * @throws TreadleError `DATASET_BAD_PARQUET` for one that is too large, `DATASET_CACHE`; the signal's reason on abort
 */
export async function openRanges(file: DataFile, options: HoldingOptions): Promise<Ranges> {
  const { name } = file
  const size = await file.size()
  if (size !== undefined && size > MAX_ARCHIVE_BYTES)
    throw badParquet(name, `it has ${size} bytes, more than ${MAX_ARCHIVE_BYTES}`)
  const access = size === undefined ? undefined : file.open?.()
  if (access) return rangesOf(access, size as number, name)
  const chunks = abortable(file.stream(), name, options.signal)
  if (options.memory === undefined) {
    const bytes = await collect(chunks)
    const read = async (start: number, length: number) => bytes.slice(start, start + length)
    return { byteLength: bytes.length, read, close() {} }
  }
  // Loaded on first use: a page has no disk.
  const { inTemporaryFile } = await import('../temporary-file.ts')
  return inTemporaryFile(name, options, async (written) => {
    for await (const chunk of chunks) await written.append(chunk)
    return rangesOf(written.access, written.size, name)
  })
}

const rangesOf = (access: RandomAccess, byteLength: number, name: string): Ranges => ({
  byteLength,
  read: (start, length) => readPart(access, { start, length }, name),
  close: () => access.close(),
})
