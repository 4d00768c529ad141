import { TreadleError } from '@treadle/core'
import { type DataFile, streamChunks } from './data-file.ts'

/** Bytes in memory, in a `Blob` or `File`, or in a stream of chunks. */
export type ByteSource =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>

/** Presents a byte source as a `DataFile`. */
export function sourceFile(source: ByteSource, name: string): DataFile {
  const of = (size: number | undefined, stream: () => AsyncIterable<Uint8Array>): DataFile => ({
    name,
    path: name,
    size: async () => size,
    stream,
  })
  if (source instanceof Uint8Array) return of(source.byteLength, () => one(source))
  if (source instanceof ArrayBuffer) return of(source.byteLength, () => one(new Uint8Array(source)))
  if (source instanceof Blob) return of(source.size, () => streamChunks(source.stream()))
  if (source instanceof ReadableStream) return of(undefined, () => streamChunks(source))
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return of(undefined, () => source)
    if (Symbol.iterator in source) return of(undefined, () => many(source))
  }
  throw new TreadleError(
    'DATASET_BAD_SOURCE',
    `Reading ${name}: got ${typeof source}; pass a Uint8Array, ArrayBuffer, Blob, ReadableStream or an iterable of Uint8Array.`,
  )
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes
}

async function* many(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  yield* chunks
}

/** Passes `chunks` through and checks that they are bytes. Throws `signal.reason` as soon as the signal aborts. */
export async function* abortable(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of untilAborted(chunks, signal)) {
    if (!(chunk instanceof Uint8Array)) {
      throw new TreadleError(
        'DATASET_BAD_SOURCE',
        `Reading ${name}: the stream returned a chunk of type ${typeof chunk}; its chunks must be Uint8Arrays.`,
      )
    }
    yield chunk
  }
}

/** Passes items through. Throws `signal.reason` as soon as the signal aborts. */
export async function* untilAborted<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, void> {
  signal?.throwIfAborted()
  const iterator = items[Symbol.asyncIterator]()
  let reject: ((reason: unknown) => void) | undefined
  const stop = () => reject?.(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  let open = true
  try {
    for (;;) {
      signal?.throwIfAborted()
      open = false
      // Not `Promise.race` with one promise of the abort, which would hold every item until the end.
      const next = await new Promise<IteratorResult<Item>>((resolve, fail) => {
        reject = fail
        Promise.resolve(iterator.next()).then(resolve, fail)
      })
      if (next.done) return
      open = true
      yield next.value
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    const closing = open || signal?.aborted ? Promise.resolve(iterator.return?.()).catch(() => {}) : undefined
    // After an abort the source may hang, so its end is not awaited.
    if (!signal?.aborted) await closing
  }
}

/**
 * Reads the first `count` bytes, or fewer where the source ends, and returns them and a stream of all bytes. A caller that
 * does not read the stream to its end must call its `return`, which closes the source.
 */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ head: Uint8Array; all: AsyncIterableIterator<Uint8Array, void, void> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < count) {
    const next = await iterator.next()
    if (next.done) break
    head = concat([head, next.value])
  }
  let first = true
  // Not a generator: `return` of a generator that was never read runs none of its code, and the source would stay open.
  const all: AsyncIterableIterator<Uint8Array, void, void> = {
    [Symbol.asyncIterator]: () => all,
    async next() {
      if (!first) return iterator.next()
      first = false
      return { done: false, value: head }
    },
    async return() {
      await iterator.return?.()
      return { done: true, value: undefined }
    },
  }
  return { head, all }
}

/** Copies all chunks into one array. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = []
  for await (const chunk of chunks) kept.push(new Uint8Array(chunk))
  return concat(kept)
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.length
  }
  return joined
}
