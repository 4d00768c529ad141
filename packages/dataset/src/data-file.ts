/** A file to be read as a stream, wherever it lies. */
export interface DataFile {
  /** For messages: a path or an address. */
  readonly name: string
  /** Path below the folder that was listed, with forward slashes; the bare file name for a single file. */
  readonly path: string
  /** Bytes, or undefined where that is not known beforehand. */
  size(): Promise<number | undefined>
  /** A chunk is the reader's until it asks for the next, whose bytes may take its place. */
  stream(): AsyncIterable<Uint8Array>
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Files from a drop or an `<input type="file" webkitdirectory>`: the common folder above them is left out of `path`. */
export function filesFromBlobs(files: Iterable<File>): DataFile[] {
  return [...files]
    .map((file) => ({
      name: file.webkitRelativePath || file.name,
      path: file.webkitRelativePath ? file.webkitRelativePath.replace(/^[^/]*\//, '') : file.name,
      size: async () => file.size,
      stream: () => streamChunks(file.stream()),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/** A web stream's chunks. Safari cannot iterate a `ReadableStream` itself. */
export async function* streamChunks(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
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
