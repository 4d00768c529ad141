import { platform } from '#platform'
import { peek } from './bytes.ts'

/** Whether bytes start with gzip's magic number. */
function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/**
 * Decompresses `chunks` if they start with gzip's magic number. The file's name is ignored, because some servers
 * decompress in transit.
 * @throws TreadleError `DATASET_BAD_GZIP` while reading, from damaged or truncated gzip
 */
export async function unpack(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): Promise<{ packed: boolean; bytes: AsyncIterable<Uint8Array> }> {
  const { head, all } = await peek(chunks, 2)
  return isGzip(head) ? { packed: true, bytes: platform.gunzip(all, name) } : { packed: false, bytes: all }
}
