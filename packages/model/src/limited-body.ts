import { joined } from './joined.ts'

/**
 * Reads the body of a response.
 * @param limit bytes; of a longer body no more than this and one piece are read
 * @returns undefined for a longer body
 * @throws the reason of `signal` after an abort; whatever the connection fails with
 */
export async function limitedBody(
  { body }: Pick<Response, 'body'>,
  limit: number,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  signal?.throwIfAborted()
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const stop = () => void reader.cancel(signal?.reason).catch(() => {})
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const pieces: Uint8Array[] = []
    let length = 0
    for (;;) {
      const { done, value } = await reader.read()
      signal?.throwIfAborted()
      if (done) return joined(pieces, Uint8Array)
      length += value.byteLength
      if (length > limit) {
        stop()
        return undefined
      }
      pieces.push(value)
    }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
