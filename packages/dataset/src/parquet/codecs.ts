import { platform } from '#platform'
import { TreadleError } from '@treadle/core'
import { Gunzip } from 'fflate'
import type { FileMetaData } from 'hyparquet'
import { type Compressors, compressors } from 'hyparquet-compressors'
import { brotli } from './brotli.ts'
import { readVarint } from './varint.ts'
import { wrongSize } from './wrong-size.ts'

/** Bytes of gzip that are unpacked at once, to at most a thousand times as many. */
const GZIP_BYTES = 4096

/** Bytes of a page that is unpacked in the memory of a WebAssembly module, which stays as large as it became. */
const MAX_ZSTD_BYTES = 2 ** 29

type Codec = (packed: Uint8Array, size: number) => Uint8Array

/**
 * hyparquet's codecs for the compressions of a file. They unpack a page to exactly the size that its header states, or throw:
 * those of hyparquet-compressors leave out what is too long, fill up what is too short, and have no bound for ZSTD and Brotli.
 * The host's own are used where it has them.
 * @throws TreadleError `DATASET_BAD_PARQUET` where a page forbids the decoder of ZSTD
 */
export async function codecsOf(metadata: FileMetaData, name: string): Promise<Compressors> {
  const { ZSTD } = platform.codecs
  if (ZSTD !== undefined || !isPackedBy('ZSTD', metadata)) return { ...codecs, ...(ZSTD && { ZSTD }) }
  return { ...codecs, ZSTD: await loadZstd(name) }
}

const isPackedBy = (codec: string, { row_groups: groups }: FileMetaData) =>
  groups.some(({ columns }) => columns.some(({ meta_data: column }) => column?.codec === codec))

const codecs: Compressors = {
  SNAPPY: (packed, size) => {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
    if (readVarint(view, 0).value !== size) throw wrongSize(size)
    return (compressors.SNAPPY as Codec)(packed, size)
  },
  GZIP: platform.codecs.GZIP ?? gunzip,
  BROTLI: platform.codecs.BROTLI ?? brotli,
  LZ4: filling(compressors.LZ4 as Codec),
  LZ4_RAW: filling(compressors.LZ4_RAW as Codec),
}

/** Zstandard's own decoder: fzstd has no bound of time for a block, and takes the window that a frame claims. */
async function loadZstd(name: string): Promise<Codec> {
  // Loaded on first use: few files need it.
  const { ZSTDDecoder } = await import('zstddec')
  const decoder = new ZSTDDecoder()
  try {
    await decoder.init()
  } catch (error) {
    throw new TreadleError(
      'DATASET_BAD_PARQUET',
      `Reading ${name}: it is compressed by Zstandard, and the decoder cannot start (${(error as Error).message}). A page with a Content-Security-Policy must allow \`connect-src data:\` and \`script-src 'wasm-unsafe-eval'\`. Or write the file with the compression snappy.`,
      { cause: error },
    )
  }
  return (packed, size) => {
    if (size > MAX_ZSTD_BYTES) throw new Error(`a page of ${size} bytes is too large for Zstandard here`)
    // Nothing is unpacked where the size is not exact.
    return size === 0 ? new Uint8Array(0) : decoder.decode(packed, size)
  }
}

/** A stream of gzip, which stops at the stated size. */
function gunzip(packed: Uint8Array, size: number): Uint8Array {
  const page = new Uint8Array(size)
  let filled = 0
  const stream = new Gunzip((chunk) => {
    if (chunk.length > size - filled) throw wrongSize(size)
    page.set(chunk, filled)
    filled += chunk.length
  })
  for (let at = 0; at < packed.length; at += GZIP_BYTES)
    stream.push(packed.subarray(at, at + GZIP_BYTES), at + GZIP_BYTES >= packed.length)
  return page.subarray(0, filled)
}

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
