import { platform } from '#platform'
import { peek } from './bytes.ts'

/** Whether bytes start as gzip does. */
function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/**
 * Unpacks `chunks` if they start as gzip does, whatever the file's name: some servers unpack on the way.
 * @throws TreadleError `DATASET_BAD_GZIP` while reading, from damaged or truncated gzip
 */
export async function unpack(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): Promise<{ packed: boolean; bytes: AsyncIterable<Uint8Array> }> {
  const { head, all } = await peek(chunks, 2)
  return isGzip(head) ? { packed: true, bytes: platform.gunzip(all, name) } : { packed: false, bytes: all }
}
