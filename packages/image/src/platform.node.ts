import { readFile } from 'node:fs/promises'

/** Bytes at a `file:` or `http(s):` address. */
export async function readBinary(url: URL): Promise<BufferSource> {
  if (url.protocol === 'file:') return readFile(url)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return response.arrayBuffer()
}
