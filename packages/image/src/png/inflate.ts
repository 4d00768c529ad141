import { Unzlib } from 'fflate'
import { DamagedImage, damaged } from '../errors.ts'

/** Deflate cannot compress more than 258 bytes into 2 bits. */
const HIGHEST_RATIO = 1032

/**
 * Compressed bytes that are inflated at a time. A stream can take this times the ratio before its surplus is seen, so
 * small pictures get small pieces; each piece costs a copy of the 32 kB window, so large pictures get large ones.
 */
const pieceSize = (length: number): number => Math.min(16_384, Math.max(1024, length >> 3))

/**
 * Inflates a zlib stream of known length piece by piece. A stream that cannot hold so many bytes, or holds more, is
 * refused before the surplus is inflated.
 *
 * @param length bytes that the stream must inflate to
 * @param take is handed the inflated bytes in order
 * @throws DamagedImage
 */
export function inflate(packed: Uint8Array, length: number, take: (piece: Uint8Array) => void): void {
  if (length > packed.length * HIGHEST_RATIO)
    throw damaged(
      `its ${packed.length} compressed bytes cannot hold the ${length} bytes that its header promises`,
    )
  // Even stored without compression, row by row, and flushed after each, the rows would take fewer bytes than this.
  if (packed.length > 16 * length + 65_536)
    throw damaged(`it has ${packed.length} compressed bytes for the ${length} bytes that its header promises`)
  const size = pieceSize(length)
  let inflated = 0
  const stream = new Unzlib((piece) => {
    inflated += piece.length
    if (inflated > length) throw damaged(`it holds more than the ${length} bytes that its header promises`)
    take(piece)
  })
  try {
    for (let at = 0; at < packed.length; at += size) stream.push(packed.subarray(at, at + size))
    stream.push(new Uint8Array(0), true)
  } catch (error) {
    throw error instanceof DamagedImage ? error : damaged('its compressed data are faulty')
  }
  if (inflated < length) throw damaged(`it holds ${inflated} of the ${length} bytes that its header promises`)
}
