import { adler32 } from './adler32.ts'
import { concatenate } from './concatenate.ts'

/**
 * Compressed bytes that are inflated at a time. A stream can give 1032 times as many before its surplus is seen, so small
 * pictures get small pieces.
 */
const pieceSize = (length: number): number => Math.min(16_384, Math.max(1024, length >> 3))

/**
 * Inflates a zlib stream by the host's `DecompressionStream`, which checks its Adler-32 sum. Bytes after the stream's end
 * are ignored.
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
  const [first = new Uint8Array(), ...others] = parts
  const packed = others.length === 0 ? first : concatenate(parts)
  const size = pieceSize(length)
  let taken = 0
  let sumTaken = 1
  const failed = await feed(packed, size, packed.length, (piece) => {
    taken += piece.length
    sumTaken = adler32(piece, sumTaken)
    take(piece)
  })
  if (failed === undefined) return
  // Node 22 and later give the error at the very end, after all that the stream holds.
  if (failed.at >= packed.length) {
    if (!holdsSum(packed, sumTaken)) throw failed.error
    return
  }
  // Other hosts give it at once, and lose what they had not given yet. The second time they receive the bytes one by one;
  // then the four bytes before the error are the sum, if the stream is right.
  let passed = 0
  let sum = 1
  const second = await feed(packed, size, failed.at, (piece) => {
    sum = adler32(piece, sum)
    const known = Math.min(piece.length, Math.max(0, taken - passed))
    passed += piece.length
    if (known < piece.length) take(piece.subarray(known))
  })
  if (second === undefined) return
  if (second.at < 6 || sum !== new DataView(packed.buffer, packed.byteOffset + second.at - 4).getUint32(0))
    throw second.error
}

/** Whether an Adler-32 sum is among the bytes after the header of the stream. */
function holdsSum(packed: Uint8Array, sum: number): boolean {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
  for (let at = packed.length - 4; at >= 2; at--) if (view.getUint32(at) === sum) return true
  return false
}

/**
 * @param singly where the pieces of `size` bytes end, and single bytes begin
 * @returns the error, and where the bytes begin at which it came
 * @throws what `take` throws
 */
async function feed(
  packed: Uint8Array,
  size: number,
  singly: number,
  take: (piece: Uint8Array) => void,
): Promise<{ at: number; error: unknown } | undefined> {
  const stream = new DecompressionStream('deflate')
  const writer = stream.writable.getWriter()
  const reader = stream.readable.getReader()
  let refused: { error: unknown } | undefined
  const reading = (async () => {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      try {
        take(value)
      } catch (error) {
        refused = { error }
        return reader.cancel()
      }
    }
  })()
  let at = 0
  try {
    for (let next: number; at < packed.length; at = next) {
      next = at + (at < singly ? size : 1)
      // A copy, as a shared buffer is not accepted.
      await writer.write(packed.slice(at, next))
    }
    await writer.close()
    await reading
  } catch (error) {
    await reading.catch(() => undefined)
    if (refused === undefined) return { at, error }
  }
  if (refused !== undefined) throw refused.error
  return undefined
}
