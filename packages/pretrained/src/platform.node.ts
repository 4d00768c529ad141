import { readFile } from 'node:fs/promises'
import { fetchBytes } from './fetch-bytes.ts'

/** Bytes at a `file:` or `http(s):` address. */
export async function readBytes(
  url: URL,
  signal?: AbortSignal,
): Promise<ArrayBuffer | Uint8Array<ArrayBuffer>> {
  return url.protocol === 'file:' ? readFile(url, { signal }) : fetchBytes(url, signal)
}
