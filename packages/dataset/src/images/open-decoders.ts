import { type PrepareFileOptions, type PreparedFile, prepareFile } from '@treadle/image'

/** Prepares the files of a data set. */
export interface Decoders {
  prepare(bytes: Uint8Array, options: PrepareFileOptions): Promise<PreparedFile>
  close(): Promise<void>
}

/** Workers start in about the time in which the calling thread decodes so many pictures. */
const WORTH_WORKERS = 32

const callingThread: Decoders = { prepare: prepareFile, close: async () => {} }

/** Workers for many files, else the calling thread. An abort ends the workers at once. */
export async function openDecoders(
  files: number,
  threads: 'auto' | number = 'auto',
  signal: AbortSignal | undefined,
): Promise<Decoders> {
  if (files < WORTH_WORKERS || threads === 1) return callingThread
  const { DecoderPool, workerCount } = await import('@treadle/image/decoders')
  const workers = workerCount(threads)
  if (workers === 1) return callingThread
  const pool = new DecoderPool(workers)
  const stop = () => void pool.dispose(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  return {
    prepare: (bytes, options) => pool.prepare(bytes, options),
    close() {
      signal?.removeEventListener('abort', stop)
      return pool.dispose()
    },
  }
}
