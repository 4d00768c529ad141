import { damaged } from '../errors.ts'
import { crc32 } from './crc32.ts'

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** The contents of the chunks that pixels depend on. */
export interface Chunks {
  readonly header: Uint8Array
  readonly palette: Uint8Array | undefined
  readonly transparency: Uint8Array | undefined
  /** The zlib stream of the rows, as the IDAT chunks hold it. */
  readonly packed: readonly Uint8Array[]
}

/** Chunks that pixels depend on, and whose CRC is checked. All other ancillary chunks are skipped unread. */
const needed = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])

/**
 * Walks the chunks of a PNG up to IEND. Nothing is decompressed. As in libpng, PLTE and tRNS after the first IDAT are
 * ignored. Of an animation (APNG) the IDAT is read, which is the first frame or the still image in its place.
 *
 * @throws DamagedImage
 */
export function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const single = new Map<string, Uint8Array>()
  const packed: Uint8Array[] = []
  let type = ''
  for (let start = SIGNATURE.length; type !== 'IEND';) {
    const length = start + 12 <= bytes.length ? view.getUint32(start) : Number.POSITIVE_INFINITY
    const end = start + 12 + length
    if (end > bytes.length) throw damaged('it ends too early')
    type = typeOf(bytes, start + 4)
    if (start === SIGNATURE.length && type !== 'IHDR') throw damaged(`its first chunk is ${type}, not IHDR`)
    if (needed.has(type)) {
      if (view.getUint32(end - 4) !== crc32(bytes.subarray(start + 4, end - 4)))
        throw damaged(`the checksum of its chunk ${type} is wrong`)
      const data = bytes.subarray(start + 8, end - 4)
      if (type === 'IDAT') packed.push(data)
      else if (type === 'IHDR' || packed.length === 0) keep(single, type, data)
    } else if (isCritical(type)) {
      throw damaged(`it has the unknown critical chunk ${type}`)
    }
    start = end
  }
  return {
    header: single.get('IHDR') as Uint8Array,
    palette: single.get('PLTE'),
    transparency: single.get('tRNS'),
    packed,
  }
}

function typeOf(bytes: Uint8Array, at: number): string {
  const type = String.fromCharCode(...bytes.subarray(at, at + 4))
  if (!/^[A-Za-z]{4}$/.test(type)) throw damaged(`a chunk's type is not four letters`)
  return type
}

function keep(single: Map<string, Uint8Array>, type: string, data: Uint8Array): void {
  if (single.has(type)) throw damaged(`it has two chunks ${type}`)
  single.set(type, data)
}

/** An upper-case first letter marks a chunk that decoders must understand. */
const isCritical = (type: string): boolean => type < 'a'
