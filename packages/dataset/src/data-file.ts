import { TreadleError, show } from '@treadle/core'

/** A file that is read as a stream: on disk, in a browser or on a server. */
export interface DataFile {
  /** For messages: a path or an address. */
  readonly name: string
  /** Path relative to the listed folder, with forward slashes; the file name for a single file. */
  readonly path: string
  /** Size in bytes, or undefined where it is not known before reading. */
  size(): Promise<number | undefined>
  /** A chunk is valid until the next one is requested, which may reuse its memory. */
  stream(): AsyncIterable<Uint8Array>
  /** Opens a file on a disk for reads at any place, which a later removal does not end. Absent for other files. */
  open?(): RandomAccess
}

/** An open file. It is closed when it is no longer used. A read gives fewer bytes only at the end of the file. */
export interface RandomAccess {
  readNow(position: number, into: Uint8Array): number
  read(position: number, into: Uint8Array): Promise<number>
  /** Closes it at once. There must be no reads after it. */
  close(): void
}

/** @throws TreadleError `DATASET_BAD_SOURCE` unless `source` is a path or `{ files }` */
export function checkSource(operation: string, source: unknown): void {
  if (typeof source === 'string') return
  const files: unknown =
    typeof source === 'object' && source !== null ? (source as { files?: unknown }).files : undefined
  if (typeof files === 'object' && files !== null && Symbol.iterator in files) return
  throw new TreadleError(
    'DATASET_BAD_SOURCE',
    `${operation}: the source (=${show(source)}) must be a folder's path or { files } with the files of a folder.`,
  )
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function checkFile(file: File): File {
  if (typeof (file as File | undefined)?.name === 'string' && typeof file.stream === 'function') return file
  throw new TreadleError(
    'DATASET_BAD_SOURCE',
    `Loading data: \`files\` holds ${show(file)}, which is not a File.`,
  )
}

/** Files from a drop or an `<input type="file" webkitdirectory>`. `path` omits their common top folder. */
export function filesFromBlobs(files: Iterable<File>): DataFile[] {
  return [...files]
    .map(checkFile)
    .map((file) => ({
      name: file.webkitRelativePath || file.name,
      path: file.webkitRelativePath ? file.webkitRelativePath.replace(/^[^/]*\//, '') : file.name,
      size: async () => file.size,
      stream: () => streamChunks(file.stream()),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/** The chunks of a web stream. Safari cannot iterate a `ReadableStream`. */
export async function* streamChunks<Chunk = Uint8Array>(
  stream: ReadableStream<Chunk>,
): AsyncGenerator<Chunk, void, void> {
  const reader = stream.getReader()
  let ended = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) {
        ended = true
        return
      }
      yield value
    }
  } catch (error) {
    ended = true
    throw error
  } finally {
    if (!ended) await reader.cancel().catch(() => {})
    reader.releaseLock()
  }
}
