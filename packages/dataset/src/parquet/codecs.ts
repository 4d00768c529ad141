import { platform } from '#platform'
import { Gunzip } from 'fflate'
import { Decompress } from 'fzstd'
import { type Compressors, compressors } from 'hyparquet-compressors'
import { brotliBlocks } from './brotli-blocks.ts'
import { readVarint } from './varint.ts'

/** Bytes of gzip that are unpacked at once, to at most a thousand times as many. */
const GZIP_BYTES = 4096

/** Windows of Zstandard that every decoder must take (RFC 8878, section 3.1.1.1.2). */
const MAX_ZSTD_WINDOW = 2 ** 23

type Codec = (packed: Uint8Array, size: number) => Uint8Array

/**
 * hyparquet's codecs, which unpack a page to exactly the size that its header states, or throw: those of
 * hyparquet-compressors leave out what is too long, fill up what is too short, and give ZSTD no bound. Brotli in JavaScript
 * has no bound of memory for a stream of several blocks, and ZSTD none of time: the host's own are used where it has them.
 */
export const codecs: Compressors = {
  SNAPPY: (packed, size) => {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
    if (readVarint(view, 0).value !== size) throw wrongSize(size)
    return (compressors.SNAPPY as Codec)(packed, size)
  },
  GZIP: (packed, size) => {
    if (platform.codecs.GZIP !== undefined) return platform.codecs.GZIP(packed, size)
    const page = new Page(size)
    const stream = new Gunzip((chunk) => page.add(chunk))
    for (let at = 0; at < packed.length; at += GZIP_BYTES)
      stream.push(packed.subarray(at, at + GZIP_BYTES), at + GZIP_BYTES >= packed.length)
    return page.whole()
  },
  ZSTD: (packed, size) => {
    checkZstdFrame(packed, size)
    if (platform.codecs.ZSTD !== undefined) return platform.codecs.ZSTD(packed, size)
    const page = new Page(size)
    new Decompress((chunk) => page.add(chunk)).push(packed, true)
    return page.whole()
  },
  BROTLI: platform.codecs.BROTLI ?? brotliInJavaScript,
  LZ4: filling(compressors.LZ4 as Codec),
  LZ4_RAW: filling(compressors.LZ4_RAW as Codec),
}

/** It grows with what the blocks of a stream claim. A page has one as a rule, whose size is checked. */
function brotliInJavaScript(packed: Uint8Array, size: number): Uint8Array {
  const { bytes, isWhole } = brotliBlocks(packed)
  if (isWhole ? bytes !== size : bytes > size) throw wrongSize(size)
  return (compressors.BROTLI as Codec)(packed, size)
}

/** A page that is unpacked in chunks. */
class Page {
  readonly #bytes: Uint8Array
  #filled = 0

  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
  }

  add(chunk: Uint8Array): void {
    if (chunk.length > this.#bytes.length - this.#filled) throw wrongSize(this.#bytes.length)
    this.#bytes.set(chunk, this.#filled)
    this.#filled += chunk.length
  }

  whole(): Uint8Array {
    if (this.#filled < this.#bytes.length) throw wrongSize(this.#bytes.length)
    return this.#bytes
  }
}

const wrongSize = (size: number) => new Error(`a page does not have the ${size} bytes that it states`)

/** A codec that throws if the bytes are too many, and does not say if they are too few. */
function filling(unpack: Codec): Codec {
  return (packed, size) => {
    const page = unpack(packed, size)
    // A last byte that is not zero was written. Otherwise one byte less must be too little.
    if (size === 0 || page[size - 1] !== 0) return page
    try {
      unpack(packed, size - 1)
    } catch {
      return page
    }
    throw wrongSize(size)
  }
}

/** fzstd allocates the window that a frame claims. */
function checkZstdFrame(packed: Uint8Array, size: number): void {
  const [, , , , flags = 0, window = 0] = packed
  // A single segment has no window; its size follows the identifier of a dictionary, which pages do not have.
  const isSingle = (flags & 32) !== 0
  const most = isSingle ? stated(packed, flags >> 6) : 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8)
  if (isSingle ? most !== size : most > MAX_ZSTD_WINDOW) throw wrongSize(size)
  if ((flags & 3) !== 0) throw new Error('a page needs a dictionary of Zstandard')
}

/** The size that the frame of a single segment states. */
function stated(packed: Uint8Array, form: number): number {
  const view = new DataView(packed.buffer, packed.byteOffset + 5)
  if (form === 0) return view.getUint8(0)
  if (form === 1) return view.getUint16(0, true) + 256
  return form === 2 ? view.getUint32(0, true) : Number(view.getBigUint64(0, true))
}
