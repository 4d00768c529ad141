/** Bytes at an address. */
export async function readBinary(url: URL): Promise<BufferSource> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return response.arrayBuffer()
}

/** No page runs with the flag of `--wide-simd`. */
export const scalarJpegDecoder: (() => URL) | undefined = undefined

export { inflate } from './png/inflate-stream.ts'
