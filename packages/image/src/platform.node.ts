import { readFile } from 'node:fs/promises'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { createInflate, inflateSync } from 'node:zlib'
import { concatenate } from './png/concatenate.ts'

/** Bytes at a `file:` or `http(s):` address. */
export async function readBinary(url: URL): Promise<BufferSource> {
  if (url.protocol === 'file:') return readFile(url)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return response.arrayBuffer()
}

/** V8's flag for `--wide-simd` is one of the process; the arguments that say so need not be those of a worker. */
const PAIRS_SIMD = 'treadle:pairs-simd'
if (process.execArgv.some((word) => word.replaceAll('_', '-') === '--experimental-wasm-revectorize'))
  setEnvironmentData(PAIRS_SIMD, true)

/**
 * With the flag, V8 can compile shuffles of 128-bit SIMD wrongly: the JPEG decoder without SIMD, which gives the same
 * pixels, is taken.
 */
export const scalarJpegDecoder: (() => URL) | undefined =
  getEnvironmentData(PAIRS_SIMD) === true
    ? () => new URL('../dist/jpeg_decoder_scalar.wasm', import.meta.url)
    : undefined

/** A stream costs as much as inflating 100 kB does. Inflating this much at once takes about 3 ms. */
const AT_ONCE = 2 ** 20
/** Bytes of a part of a stream, on average, that are worth a step of it. Encoders write 8 kB and more. */
const LEAST_PART = 2 ** 10

/**
 * Inflates a zlib stream and checks its Adler-32 sum. Bytes after its end are ignored. (In Node.js a `DecompressionStream`
 * takes four times as long.)
 *
 * @param parts of the stream
 * @param length bytes that are expected
 * @param take receives the inflated bytes in order; it throws to end the work
 * @throws Error where the stream is faulty or cut off
 */
export async function inflate(
  parts: readonly Uint8Array[],
  length: number,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  if (length <= AT_ONCE) return take(inflateAtOnce(concatenate(parts), length))
  const stream = createInflate({ chunkSize: 2 ** 18 })
  // Parts of the file are not copied, unless they are so many that waiting for the stream takes more.
  const many = parts.length * LEAST_PART > parts.reduce((sum, part) => sum + part.length, 0)
  for (const part of many ? [concatenate(parts)] : parts) stream.write(part)
  stream.end()
  for await (const piece of stream) take(piece as Uint8Array)
}

/** The inflated bytes; of a stream that holds more than `length`, one byte more than that. */
function inflateAtOnce(packed: Uint8Array, length: number): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: length })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') return new Uint8Array(length + 1)
    throw error
  }
}
