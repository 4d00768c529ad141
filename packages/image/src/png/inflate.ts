import { inflate as inflateAll } from '#platform'
import { DamagedImage, damaged } from '../errors.ts'

/** Deflate cannot compress more than 258 bytes into 2 bits. */
const HIGHEST_RATIO = 1032

/**
 * Inflates a zlib stream of known length piece by piece. A stream that cannot hold so many bytes, or holds more, ends in
 * an error before the surplus is inflated. The Adler-32 sum is checked; bytes after the stream's end are ignored.
 *
 * @param packed the stream in parts
 * @param length bytes that the stream must inflate to
 * @param take receives the inflated bytes in order
 * @throws DamagedImage
 */
export async function inflate(
  packed: readonly Uint8Array[],
  length: number,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const size = packed.reduce((sum, part) => sum + part.length, 0)
  if (length > size * HIGHEST_RATIO)
    throw damaged(`its ${size} compressed bytes cannot hold the ${length} bytes that its header promises`)
  // Even stored without compression, row by row, and flushed after each, the rows would take fewer bytes than this.
  if (size > 16 * length + 65_536)
    throw damaged(`it has ${size} compressed bytes for the ${length} bytes that its header promises`)
  let inflated = 0
  try {
    await inflateAll(packed, length, (piece) => {
      inflated += piece.length
      if (inflated > length) throw damaged(`it holds more than the ${length} bytes that its header promises`)
      take(piece)
    })
  } catch (error) {
    throw error instanceof DamagedImage
      ? error
      : damaged('its compressed data are faulty, end too early, or have a wrong checksum (Adler-32)')
  }
  if (inflated < length) throw damaged(`it holds ${inflated} of the ${length} bytes that its header promises`)
}
